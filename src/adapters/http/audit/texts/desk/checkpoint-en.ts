import { quote, say, term } from '../../../../../application/words/sentence.ts'
import type { CheckpointTexts } from './checkpoint-texts.ts'

/** The texts of the page of the checkpoints in English. */
export const CHECKPOINTS_EN: CheckpointTexts = {
  title: 'Checkpoints',
  lead: say`Each ${term('checkpoint', 'checkpoint')} is a signed statement of how many events the log had, and of its ${term('tree-root', 'tree root')}. One that somebody kept outside shows that no event it covers was changed or removed since.`,
  one: (number) => `Checkpoint ${number}`,
  key: {
    title: 'The key of this log',
    fingerprint: say`${term('fingerprint', 'Fingerprint')}`,
    vkey: 'Public key, as one line',
    why: say`Compare the fingerprint once with what the operator of the gateway tells you by another way, such as by telephone: these pages could be made by somebody who has another key. The operator sees it at each start, and with the command below. Then keep the public key where you keep your own papers.`,
  },
  newest: {
    title: 'To keep outside',
    why: 'Copy this line into your own papers. At any later time, the list below must show the same number with the same size and root.',
    line: 'The newest checkpoint, as one line',
    note: 'The whole note, to save as a file for the commands below',
    none: 'There is no checkpoint yet.',
  },
  compare: {
    title: 'What to compare with, and how',
    ways: (vkey) => [
      [
        say`With your own line of before: find its number below. Size and root must be the same, and it must hold.`,
      ],
      [
        say`With the operator: this prints public key and fingerprint, on the machine of the gateway.`,
        'gateway audit key',
      ],
      [
        say`With a daily mail, or a note that you saved as a file: this looks at the whole log, and says ${quote('“nothing is wrong”')} at its end.`,
        `gateway audit verify --anchor FILE --key ${vkey}`,
      ],
      [
        say`With a ${term('witness', 'witness')}: run this every day on a machine that the operators of the gateway cannot reach. It says ${quote('“The log only grew”')}, or fails. The variable GATEWAY_API_KEY holds a key for auditors.`,
        `gateway audit witness --url URL --state FILE --key ${vkey}`,
      ],
      [
        say`With a ${term('bundle', 'bundle')} that somebody took along, on any machine, without the gateway.`,
        `node verify.mjs DIR --key ${vkey}`,
      ],
    ],
    otherwise:
      'Where anything differs: keep both, change nothing, and ask. A loss that was accepted leaves checkpoints behind that no longer hold; each one is an event.',
    losses: 'Accepted losses',
  },
  list: 'All checkpoints',
  form: 'Filter the checkpoints',
  none: 'No checkpoint fits.',
  columns: {
    number: 'No.',
    time: 'Signed',
    size: 'Events',
    root: 'Tree root',
    signer: 'Signed by',
    standing: 'Today',
  },
  standings: {
    holds: 'Holds',
    otherKey: 'Other key',
    otherLog: 'Other log',
    unreadable: 'Cannot be read',
  },
  unreadable: 'cannot be read',
}

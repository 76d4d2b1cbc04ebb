// `gateway db copy`: moves the log to another database, as from a file to PostgreSQL.
import process from 'node:process'
import { Command } from 'commander'
import { type Copied, copyDatabase } from '../../../adapters/sql/copies/copy-database.ts'
import { operator } from '../../system/operator.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { checkpointJson } from '../terminal/checkpoint-json.ts'
import { printLine } from '../terminal/command-config.ts'
import { withProgress } from '../terminal/progress.ts'
import { readEnd, withEnds } from './copy-ends.ts'

type Options = {
  readonly fromPasswordFile?: string
  readonly toPasswordFile?: string
  readonly giveUpEarlier?: true
  readonly json?: true
}

export function copyCommand(): Command {
  return new Command('copy')
    .description(
      'move the log to another, empty database, which is compared and goes on; give it again after an interruption',
    )
    .argument('<from>', 'sqlite: and a path, or postgres://user@host/database; it must be stopped')
    .argument('<to>', 'the same, with the user who owns its tables')
    .option('--from-password-file <file>', 'else DATABASE_PASSWORD_FILE')
    .option('--to-password-file <file>', 'else DATABASE_PASSWORD_FILE')
    .option(
      '--give-up-earlier',
      'copy a log that was moved elsewhere, where nobody will serve that',
    )
    .option('--json', 'print JSON')
    .action(copy)
}

async function copy(fromUrl: string, toUrl: string, options: Options): Promise<void> {
  const given = [
    readEnd('from', fromUrl, options.fromPasswordFile),
    readEnd('to', toUrl, options.toPasswordFile),
  ] as const
  const clock = makeSystemClock()
  const made = await withProgress('copying the log', () =>
    withEnds(...given, async (from, to) => {
      const more = {
        actor: operator(),
        now: clock.now,
        givesUpEarlier: options.giveUpEarlier === true,
      }
      const copied = await copyDatabase({ from, to, ...more })
      return { from: from.name, to: to.name, ...copied }
    }),
  )
  process.stderr.write(`${linesOf(made).join('\n')}\n`)
  if (!options.json) return
  const checkpoint = made.checkpoint === undefined ? null : checkpointJson(made.checkpoint)
  printLine(JSON.stringify({ ...made, checkpoint }))
}

/** What was done, and what is to be done next. */
function linesOf({ from, to, isDone, ...copied }: Copied & { from: string; to: string }) {
  const { events, root, checkpoint, rows } = copied
  const { sale = 0, outbox = 0, api_key: keys = 0 } = rows
  const isServer = to.startsWith('postgres:')
  return [
    isDone
      ? `The log of ${from} was moved to ${to} before. Nothing was changed.`
      : `The log of ${from} goes on in ${to}.`,
    `  Events      ${events}, root ${root}`,
    `  Checkpoint  ${checkpoint === undefined ? 'none' : `${checkpoint.number}, over ${checkpoint.size} events`}`,
    `  Rows        ${sale} sales, ${outbox} mails, ${keys} keys`,
    `No gateway serves ${from} any more: its last event says where the log went. Keep it.`,
    'Next:',
    ...(isServer ? [RIGHTS] : []),
    `  set DATABASE_URL to ${to}${isServer ? ', with the user of the service' : ''}`,
    '  leave DATA_DIR as it is: its audit.key and checkpoints.db go on being used',
    '  start the gateway',
  ]
}

const RIGHTS =
  "  gateway db migrate --service ROLE    (with the owner's URL: the service gets its rights)"

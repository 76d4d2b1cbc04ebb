// `gateway zoho rehearse`: what Zoho's documents leave open, asked of a sandbox.
import process from 'node:process'
import { Command } from 'commander'
import type { LeftRecord } from '../../../adapters/zoho/rehearsal/made-records.ts'
import type { Answered } from '../../../adapters/zoho/rehearsal/question.ts'
import { type Rehearsed, rehearse } from '../../../adapters/zoho/rehearsal/rehearse.ts'
import { AppError } from '../../../application/base/errors.ts'
import { checkReferenceFields } from '../../../application/crm-setup/check-crm-fields.ts'
import { findTrialContactAndProduct } from '../../../application/crm-setup/trial-contact-and-product.ts'
import { dayAfter } from '../../../domain/time.ts'
import { isRehearsalHost } from '../../config/data-centres.ts'
import { commandConfig, printLine } from '../terminal/command-config.ts'
import { findingLine } from '../terminal/finding-line.ts'
import { printFolded } from '../terminal/folded.ts'
import { storelessZoho } from './connect/storeless-zoho.ts'
import { askedCrm } from './zoho-connection.ts'

/** The exit code after Ctrl-C. */
const INTERRUPTED = 130

/** Milliseconds in which a second signal is the same one: npm sends it on, and so does the shell. */
const SAME_SIGNAL_MS = 1_000

type Options = { readonly production?: true; readonly json?: true }

export function zohoRehearseCommand(): Command {
  return new Command('rehearse')
    .description(
      "ask a sandbox what Zoho's documents leave open, with records it makes and removes",
    )
    .option('--production', 'allow an organisation that is no sandbox; workflows are not started')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(rehearseHere)
}

const HELP = `
Each line of the result begins with one of these:
  agrees     Zoho does what the gateway assumes
  DIFFERS    it does not: do what "change" says
  no answer  the question stays open: "evidence" says why

Exit code: 0 nothing differs and all is removed; 1 something differs or is left
behind, or nothing could be asked; 2 wrong usage, or no sandbox; ${INTERRUPTED} stopped by
Ctrl-C.`

async function rehearseHere(options: Options): Promise<void> {
  const config = commandConfig()
  const { apiUrl } = config.zoho
  if (config.crm === 'zoho' && !options.production && !isRehearsalHost(apiUrl)) {
    throw new AppError(
      'refused',
      `${apiUrl} is no sandbox, no developer edition and no loopback: a rehearsal makes and deletes records there. --production allows it`,
    )
  }
  talk(askedCrm(config))
  const zoho = await storelessZoho(config)
  const fields = await checkReferenceFields(zoho)
  if (fields.type !== 'ok') {
    if (fields.type === 'missing') for (const one of fields.findings) talk(findingLine(one))
    const reason = fields.type === 'unknown' ? fields.reason : 'the reference field is not fit'
    throw new AppError('unavailable', `nothing was made: ${reason}`)
  }
  const found = await findTrialContactAndProduct(zoho, {})
  if (found.type === 'notFound') {
    talk(findingLine(found.finding))
    throw new AppError('unavailable', 'nothing was made: a record needs a contact and a product')
  }
  const stop = stopOnSignal()
  const deps = {
    ...zoho,
    config: config.zoho,
    settleMs: config.policy.settleMs,
    onQuestion: (question: string) => talk(`asking: ${question}`),
  }
  const now = zoho.clock.now()
  const days = { requestedOn: dayAfter(now, 0), closingDate: dayAfter(now, zoho.closingDays) }
  const trial = { ...found.trial, ...days }
  const rehearsed = await rehearse(deps, trial, stop)
  const { bug, ...told } = rehearsed
  if (options.json) printLine(JSON.stringify({ api: apiUrl, ...told }))
  else print(rehearsed)
  if (bug !== undefined) throw bug
  const isGood = rehearsed.answers.every(({ verdict }) => verdict !== 'differs')
  const { left, isStopped } = rehearsed
  process.exitCode = isStopped ? INTERRUPTED : isGood && left.length === 0 ? 0 : 1
}

/** The first signal stops the questions, and all is removed; a later one ends the process. */
function stopOnSignal(): AbortSignal {
  const stop = new AbortController()
  let stoppedAt: number | undefined
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stoppedAt !== undefined && performance.now() - stoppedAt > SAME_SIGNAL_MS) {
        talk('ended before all was removed')
        process.exit(INTERRUPTED)
      }
      if (stoppedAt === undefined) talk('stopping: what was made is removed')
      stoppedAt ??= performance.now()
      stop.abort()
    })
  }
  return stop.signal
}

const VERDICTS = { agrees: 'agrees', differs: 'DIFFERS', notAnswered: 'no answer' } as const
const INDENT = 9

/** Letters before a fact, where a line that is too long goes on. */
const FACT_INDENT = INDENT + '  evidence  '.length

function print({ answers, left, isStopped }: Rehearsed): void {
  for (const answer of answers) for (const line of linesOf(answer)) printFolded(line, FACT_INDENT)
  printLine('')
  if (isStopped) printLine('Stopped before the last question.')
  if (left.length === 0) printLine('Everything that was made is removed.')
  for (const one of left) printLine(leftLine(one))
}

function linesOf({ question, answer, evidence, assumes, verdict, setting }: Answered) {
  const facts = { answer, evidence, assumes, ...(setting === null ? {} : { change: setting }) }
  return [
    `${VERDICTS[verdict].padEnd(INDENT)}  ${question}`,
    ...Object.entries(facts).map(
      ([name, text]) => `${' '.repeat(INDENT)}  ${name.padEnd('evidence'.length)}  ${text}`,
    ),
  ]
}

function leftLine({ module, id, reference, why }: LeftRecord): string {
  return `LEFT BEHIND  ${module} ${id ?? 'perhaps a record'}, reference ${reference}: ${why}`
}

function talk(line: string): void {
  process.stderr.write(`${line}\n`)
}

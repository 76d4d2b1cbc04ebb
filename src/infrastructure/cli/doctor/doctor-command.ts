// `gateway doctor`: one page about what the gateway stands on, with what to do where it is not well.
import process from 'node:process'
import { setTimeout } from 'node:timers'
import { Command } from 'commander'
import { type Config, readConfig } from '../../config/config.ts'
import { nearNameWarnings } from '../../config/near-names.ts'
import type { Store } from '../../service/open-store.ts'
import { SOFTWARE } from '../../system/software.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { printLine } from '../terminal/command-config.ts'
import { foldedLine } from '../terminal/folded.ts'
import { withProgress } from '../terminal/progress.ts'
import {
  type Check,
  type Checked,
  type Diagnosis,
  failed,
  fine,
  runChecks,
  warned,
} from './diagnosis.ts'
import {
  lookAtApiKeys,
  lookAtCheckpoint,
  lookAtKey,
  lookAtOutbox,
  lookAtSales,
} from './log-checks.ts'
import { lookIntoLog } from './log-under-look.ts'
import { lookAtClock, lookAtDisk, lookAtLocks } from './machine-checks.ts'
import { lookAtCrm, lookAtMail } from './way-checks.ts'

/** Milliseconds for each check. */
const CHECK_MS_MAX = 15_000

/** The same for the CRM, which is asked some fifteen questions. */
const CRM_MS_MAX = 60_000

/** Milliseconds for what is still under way when all is said. */
const LINGER_MS = 1_000

/** Letters of a line. */
const WIDTH_MAX = 80

/** Letters of the state, and of the name behind it. */
const [STATE_WIDTH, NAME_WIDTH] = [6, 12]

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'look at disk, locks, clock, mail, CRM, key, checkpoint, and what waits; works while the gateway runs, and changes nothing',
    )
    .option('--json', 'print JSON')
    .action(examine)
}

async function examine({ json }: { readonly json?: true }): Promise<void> {
  const checked = await withProgress('looking at the gateway', look)
  const isWell = checked.every(({ state }) => state !== 'fail')
  if (json) printLine(JSON.stringify({ ok: isWell, checks: checked }))
  else for (const line of checked.flatMap(linesOf)) printLine(line)
  process.stderr.write(`${verdict(checked)}\n`)
  process.exitCode = isWell ? 0 : 1
  // A call of the system that hangs, as on a share that is gone, would keep the process for ever.
  setTimeout(() => process.exit(), LINGER_MS).unref()
}

async function look(): Promise<readonly Checked[]> {
  const read = readConfig(process.env)
  const itself = [
    check('settings', async () => settingsOf(read)),
    check('version', async () => version()),
  ]
  if (!read.ok) return runChecks(itself)
  const { config } = read
  const log = lookIntoLog(config)
  const store = log.then(
    ({ store }) => store,
    () => undefined,
  )
  try {
    const ofDatabase = [
      check('database', async () => (await log).diagnosis),
      check('rights', async () => (await log).rights?.()),
      check('instances', async () => (await log).instances?.()),
    ]
    const checks = [...itself, ...ofDatabase, ...checksOf(config, store)]
    return await runChecks(checks)
  } finally {
    await (await store)?.close()
  }
}

function checksOf(config: Config, opened: Promise<Store | undefined>): readonly Check[] {
  const { now } = makeSystemClock()
  const ofLog = (name: string, work: (store: Store) => Promise<Diagnosis>) =>
    check(name, async () => {
      const store = await opened
      return store && work(store)
    })
  return [
    check('disk', () => lookAtDisk(config)),
    check('locks', () => lookAtLocks(config)),
    check('clock', async () => lookAtClock(config, { now }, await opened)),
    check('crm', async () => lookAtCrm(config, await opened), CRM_MS_MAX),
    check('mail', () => lookAtMail(config)),
    check('key', async () => lookAtKey(config, await opened)),
    ofLog('checkpoint', (store) => lookAtCheckpoint(config, store, now())),
    ofLog('sales', lookAtSales),
    ofLog('outbox', (store) => lookAtOutbox(config, store, now())),
    ofLog('api keys', (store) => lookAtApiKeys(config, store, now())),
  ]
}

function check(name: string, work: Check['look'], limitMs = CHECK_MS_MAX): Check {
  return { name, look: work, limitMs }
}

function settingsOf(read: ReturnType<typeof readConfig>): Diagnosis {
  if (!read.ok) {
    const more = read.problems.length > 1 ? ` (and ${read.problems.length - 1} more)` : ''
    return failed(
      `${read.problems[0]}${more}`,
      '"gateway config check" has them all. Nothing else was looked at.',
    )
  }
  const [near] = nearNameWarnings(Object.keys(process.env))
  return near === undefined
    ? fine('all are right')
    : warned(near, 'Give it the right name, or take it away.')
}

/** An old Node does not get this far: `gateway.js` refuses it. */
function version(): Diagnosis {
  const [name, number] = SOFTWARE.split('/')
  const { deno, node } = process.versions
  return fine(`${name} ${number} on ${deno === undefined ? `Node ${node}` : `Deno ${deno}`}`)
}

function linesOf({ check: name, state, seen, remedy }: Checked): readonly string[] {
  const indent = STATE_WIDTH + NAME_WIDTH
  const width = Math.min(process.stdout.columns ?? WIDTH_MAX, WIDTH_MAX)
  const head = `${state.padEnd(STATE_WIDTH)}${name.padEnd(NAME_WIDTH)}${seen}`
  const lines = foldedLine(head, indent, width)
  if (remedy === null) return lines
  return [
    ...lines,
    ...foldedLine(`${' '.repeat(STATE_WIDTH)}${'do'.padEnd(NAME_WIDTH)}${remedy}`, indent, width),
  ]
}

function verdict(checked: readonly Checked[]): string {
  const count = (wanted: string) => checked.filter(({ state }) => state === wanted).length
  const [bad, odd] = [count('fail'), count('warn')]
  if (bad + odd === 0) return `All ${checked.length} are well.`
  return `${bad} failed, ${odd} to be looked at, ${checked.length - bad - odd} are well.`
}

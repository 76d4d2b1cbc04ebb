// `npm run simulate`: runs seeds of the simulation, or replays one.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { runSeed, simulationTemplate } from './run-seed.ts'
import { CHANGES } from './workers/kinds.ts'
import { runSeedsInWorkers, type SeedsReport } from './workers/seeds-in-workers.ts'

// npm run simulate -- --seeds N [--seed S] [--trace] [--lying | --several]
// stdout is the report, stderr the progress. Exit 0 is well, 1 a violation, 2 wrong usage.

/** Failing seeds that the report lists. */
const TOLD_MAX = 20

/** Without --seed a run begins anywhere below this, so that each tries something new. */
const BASE_MAX = 1_000_000_000

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text)
  process.stderr.write(`--${name}: a whole number\n`)
  process.exit(2)
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    lying: { type: 'boolean', default: false },
    several: { type: 'boolean', default: false },
  },
})
const kind = values.several ? 'several' : values.lying ? 'lying' : 'drawn'
const count = wholeNumber('seeds', values.seeds)
const first =
  values.seed === undefined
    ? Math.floor(Math.random() * BASE_MAX)
    : wholeNumber('seed', values.seed)

process.exitCode = values.trace ? await replay(first) : await search()

/** One seed in this process, with all that the world saw of it. */
async function replay(seed: number): Promise<number> {
  const { trace, violations, digest } = await runSeed(
    seed,
    await simulationTemplate(),
    CHANGES[kind],
  )
  process.stdout.write(`${trace.join('\n')}\n`)
  process.stdout.write(`seed ${seed}: trace ${digest}\n`)
  for (const violation of violations) process.stdout.write(`  ${violation}\n`)
  return violations.length === 0 ? 0 : 1
}

async function search(): Promise<number> {
  const startedAt = performance.now()
  const rate = (seeds: number) => Math.round(seeds / ((performance.now() - startedAt) / 1_000))
  let told = 0
  const progress = ({ tally, failures }: SeedsReport) => {
    // Told at once: a long run may be ended by hand before its report.
    for (; told < failures.length; told += 1) process.stderr.write(`\n${failures[told]?.run}\n`)
    const seeds = tally.of('seeds')
    const share = `${seeds} of ${count} seeds, ${rate(seeds)}/s`
    process.stderr.write(`\r${share}, ${failures.length} with a violation `)
  }
  process.stdout.write(`seeds ${first} to ${first + count - 1}\n`)
  const { tally, failures } = await runSeedsInWorkers(first, count, progress, kind)
  process.stderr.write('\n')
  for (const line of tally.lines()) process.stdout.write(`${line}\n`)
  process.stdout.write(`${count} seeds, ${failures.length} with a violation\n`)
  for (const { run, violations } of failures.slice(0, TOLD_MAX)) {
    process.stdout.write(`${run}\n`)
    for (const violation of violations) process.stdout.write(`  ${violation}\n`)
  }
  return failures.length === 0 ? 0 : 1
}

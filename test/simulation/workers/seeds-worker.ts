// A process that runs its share of the seeds, and reports on stdout.
import process from 'node:process'
import { Tally } from '../judge/tally.ts'
import { runSeed, simulationTemplate } from '../run-seed.ts'
import { CHANGES, FLAGS, KINDS } from './kinds.ts'
import type { Failure, WorkerReport } from './workers.ts'

/** Seeds between two reports. */
const REPORT_EVERY = 25

/** One seed in so many is run again, and has to give the same trace. */
const TWICE_EVERY = 100

const [number = 0, workers = 1, first = 0, count = 0, kindAt = 0] = process.argv
  .slice(2)
  .map(Number)

const kind = KINDS[kindAt] ?? 'drawn'
const changed = CHANGES[kind]

const template = await simulationTemplate()
let tally = new Tally()
let failures: Failure[] = []

function report(): void {
  const said: WorkerReport = { counts: [...tally.counts], failures }
  process.stdout.write(`${JSON.stringify(said)}\n`)
  tally = new Tally()
  failures = []
}

for (let seed = first + number; seed < first + count; seed += workers) {
  const run = `npm run simulate -- --seed ${seed} --trace${FLAGS[kind]}`
  const { violations, counts, digest } = await runSeed(seed, template, changed)
  tally.add([['seeds', 1], ...counts])
  if (violations.length > 0) failures.push({ run, violations })
  if (seed % TWICE_EVERY === 0) {
    tally.add([['seeds run twice, to the same trace', 1]])
    const again = await runSeed(seed, template, changed)
    if (again.digest !== digest) failures.push({ run, violations: ['two runs differ'] })
  }
  if (tally.of('seeds') === REPORT_EVERY) report()
}
report()

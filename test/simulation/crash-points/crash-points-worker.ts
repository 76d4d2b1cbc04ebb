// A process that crashes simulated sales at its share of all points.
import process from 'node:process'
import { Tally } from '../judge/tally.ts'
import { simulationTemplate } from '../run-seed.ts'
import type { Failure, WorkerReport } from '../workers/workers.ts'
import { runWithCrashes } from './crash-points.ts'
import { SCENARIOS, type Scenario } from './crash-scenarios.ts'

// With a third argument, only every n-th of the second crashes.
const [number = 0, workers = 1, everyNth = 1] = process.argv.slice(2).map(Number)

const template = await simulationTemplate()
let dealt = 0
let paired = 0

for (const scenario of SCENARIOS) {
  const calm = await runWithCrashes(scenario, template, [])
  const points = calm.points[0] ?? []
  const failures: Failure[] = []
  const tally = new Tally()
  if (number === 0) {
    tally.add([
      ['scenarios', 1],
      ['points', points.length],
    ])
    const isAsSaid = calm.statuses.every((status) => status === scenario.ends)
    const isEach = calm.statuses.length === (scenario.sales ?? 1)
    const ended = isAsSaid && isEach ? [] : [`ends ${calm.statuses.join()}`]
    note(failures, scenario.name, [...calm.violations, ...ended])
  }
  for (let first = 1; first <= points.length; first += 1) {
    dealt += 1
    if (dealt % workers === number) await crashAt(scenario, points, first, tally, failures)
  }
  const said: WorkerReport = { counts: [...tally.counts], failures }
  process.stdout.write(`${JSON.stringify(said)}\n`)
}

/** Crashes at one point, then there and at each point of the recovery that follows. */
async function crashAt(
  scenario: Scenario,
  points: readonly string[],
  first: number,
  tally: Tally,
  failures: Failure[],
): Promise<void> {
  const where = `${scenario.name}, at point ${first} (${points[first - 1]})`
  const single = await runWithCrashes(scenario, template, [first])
  tally.add([['crashes at a point', 1]])
  note(failures, where, single.violations)
  const recovery = single.points[1] ?? []
  for (let second = 1; second <= recovery.length; second += 1) {
    paired += 1
    if (paired % everyNth !== 0) continue
    const pair = await runWithCrashes(scenario, template, [first, second])
    tally.add([['crashes at a pair of points', 1]])
    note(failures, `${where}, then ${second} (${recovery[second - 1]})`, pair.violations)
  }
}

function note(failures: Failure[], run: string, violations: readonly string[]): void {
  if (violations.length > 0) failures.push({ run, violations })
}

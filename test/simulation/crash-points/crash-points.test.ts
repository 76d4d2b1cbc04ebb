import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { countOf } from '../../support/counts.ts'
import { Tally } from '../judge/tally.ts'
import { type Failure, runInWorkers } from '../workers/workers.ts'
import { SCENARIOS } from './crash-scenarios.ts'

/** Failures that are in the message of the test. */
const TOLD_MAX = 10

/** Of the pairs, one in so many is tried. */
const PAIRS_STEP = countOf('CRASH_PAIRS_STEP')

describe('A process that dies at each point of a sale, and its successor at each of its own', () => {
  it('leaves the sale whole or nothing of it, and all that is promised', async (t) => {
    const startedAt = performance.now()
    const tally = new Tally()
    const failures: Failure[] = []
    await runInWorkers(
      new URL('./crash-points-worker.ts', import.meta.url),
      [PAIRS_STEP],
      (report) => {
        tally.add(report.counts)
        failures.push(...report.failures)
      },
    )
    t.diagnostic(`${Math.round((performance.now() - startedAt) / 1_000)} s`)
    for (const line of tally.lines()) t.diagnostic(line)
    const told = failures.slice(0, TOLD_MAX)
    assert.equal(failures.length, 0, JSON.stringify(told, null, 2))
    assert.equal(tally.of('scenarios'), SCENARIOS.length)
    assert.ok(tally.of('points') > 20 * SCENARIOS.length, 'hardly any point was seen')
    assert.equal(tally.of('crashes at a point'), tally.of('points'))
    assert.ok(tally.of('crashes at a pair of points') > 0)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { makeRunControl } from '../../../../src/application/sale/run/run-control.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'

const PAUSE_MS = 600_000

/** A run that knows three events. */
function setUp() {
  const clock = new ManualClock()
  return { clock, ...makeRunControl(clock, 3) }
}

describe('A run whose sale has more events than it knows', () => {
  for (const kind of ['pause', 'untilRetry'] as const) {
    it(`ends at once where it is in a pause: ${kind}`, async () => {
      const run = setUp()
      const pause = run[kind](PAUSE_MS)
      run.leaveOutgrown(3)
      assert.equal(run.leaving.aborted, false)
      run.leaveOutgrown(4)
      assert.equal(run.leaving.aborted, true)
      await pause
    })

    it(`goes on where these may be its own, before and after a pause: ${kind}`, async () => {
      const run = setUp()
      run.leaveOutgrown(4)
      const pause = run[kind](PAUSE_MS)
      run.clock.advance(PAUSE_MS)
      await pause
      run.leaveOutgrown(4)
      run.knows(4)
      void run[kind](PAUSE_MS)
      await nextTurn()
      run.leaveOutgrown(4)
      assert.equal(run.leaving.aborted, false)
    })
  }
})

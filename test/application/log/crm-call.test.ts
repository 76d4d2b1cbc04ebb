import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type CrmCall,
  NO_CALLS,
  recordCall,
  withCall,
} from '../../../src/application/log/crm-call.ts'
import type { CrmId } from '../../../src/domain/ids.ts'
import type { CallResult } from '../../../src/domain/sale/outcome.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const called = { operation: 'delete', module: 'Deals', id: '4001' as CrmId } as const

const callOf = (ms: number): CrmCall => ({
  ...called,
  at: '2026-11-24T10:00:00.000Z',
  ms,
  outcome: 'refused',
  answer: 'RECORD_LOCKED: locked',
})

// How a call ended, and what is recorded of it.
const ENDINGS: readonly (readonly [CallResult<void>, string])[] = [
  [{ type: 'done', value: undefined }, 'success'],
  [{ type: 'done', value: undefined, answer: 'not there' }, 'not there'],
  [{ type: 'refused', reason: 'RECORD_LOCKED: locked' }, 'RECORD_LOCKED: locked'],
  [{ type: 'unknown', reason: 'no answer in time', fault: 'timeout' }, 'no answer in time'],
  [{ type: 'notSent', reason: 'not reached', fault: 'unreachable' }, 'not reached'],
]

describe('A call to the CRM', () => {
  for (const [result, answer] of ENDINGS) {
    it(`is kept with its time, how long it took, and that it was ${result.type}: ${answer}`, async () => {
      const clock = new ManualClock()
      const recorded = await recordCall(clock, called, async () => {
        clock.advance(1_234)
        return result
      })
      assert.equal(recorded.result, result)
      const { type: outcome } = result
      const at = '2026-11-24T10:00:00.000Z'
      assert.deepEqual(recorded.call, { ...called, at, ms: 1_234, outcome, answer })
    })
  }

  it('is kept with the last 20 of a sale, and counted when it was before them', () => {
    const numbers = Array.from({ length: 45 }, (_, i) => i)
    const made = numbers.reduce((before, ms) => withCall(before, callOf(ms)), NO_CALLS)
    assert.deepEqual(made.calls, numbers.slice(25).map(callOf))
    assert.equal(made.earlierCalls, 25)
  })
})

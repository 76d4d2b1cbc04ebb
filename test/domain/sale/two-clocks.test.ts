import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isLate, msLeft } from '../../../src/domain/sale/deadline.ts'
import { decide } from '../../../src/domain/sale/decide.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { isForward, replay, takeUp } from '../../../src/domain/sale/evolve.ts'
import { next } from '../../../src/domain/sale/next.ts'
import type { Outcome } from '../../../src/domain/sale/outcome.ts'
import { instantAt, later, type Now, plusMs } from '../../../src/domain/time.ts'
import * as a from '../../support/examples/sale-examples.ts'

const HOUR_MS = 3_600_000
const READ = { contactRead: true }
const TRIED: Outcome = { type: 'roundFailed', tried: [] }

/** When the process began the sale, or took it up. */
const begin = instantAt(7_000)

/** So long after that on the monotonic clock, with the wall clock so far ahead of it. */
function after(ms: number, aheadMs: number): Now {
  return { wall: plusMs(a.requested.at, ms + aheadMs), instant: later(begin, ms) }
}

function forward(...events: readonly SaleEvent[]) {
  const sale = takeUp(a.saleId, [a.requested, ...events], begin)
  assert.ok(isForward(sale))
  return sale
}

const failed = takeUp(
  a.saleId,
  [a.requested, a.priced, a.unanswered('deal'), a.required('deal')],
  begin,
)
const lookedFor = takeUp(
  a.saleId,
  [
    ...[a.requested, a.priced, a.unanswered('deal'), a.required('deal')],
    a.referenceLookedUp('deal', 'first'),
  ],
  begin,
)

describe('The deadline of a sale', () => {
  const { deadlineMs } = a.policy

  it('is over once the monotonic clock of its process says so, however far the wall clock was set back', () => {
    for (const sale of [forward(), forward(a.priced), forward(a.priced, a.dealCreated)]) {
      for (const aheadMs of [0, -1, -3 * HOUR_MS]) {
        assert.equal(msLeft(sale, after(deadlineMs - 1, aheadMs), a.policy), 1)
        assert.ok(isLate(sale, after(deadlineMs, aheadMs), a.policy))
      }
    }
  })

  it('is over once the wall clock says so: it was set forward, or the machine was suspended', () => {
    const sale = forward(a.priced)
    assert.equal(msLeft(sale, after(1_000, 2_000), a.policy), deadlineMs - 3_000)
    assert.ok(isLate(sale, after(1_000, deadlineMs - 1_000), a.policy))
    assert.ok(isLate(sale, after(1, 3 * HOUR_MS), a.policy))
  })

  it('counts from the request over a restart, and from the take-up where the clock was ahead before', () => {
    const old = plusMs(a.requested.at, 1_000 - deadlineMs)
    const sale = takeUp(a.saleId, [a.at(old, a.requested), a.priced, a.interrupted], begin)
    assert.ok(isForward(sale))
    assert.equal(msLeft(sale, after(0, 0), a.policy), 1_000)
    const ahead = plusMs(a.requested.at, 3 * HOUR_MS)
    const other = takeUp(a.saleId, [a.at(ahead, a.requested), a.priced, a.interrupted], begin)
    assert.ok(isForward(other))
    assert.equal(msLeft(other, after(0, 0), a.policy), deadlineMs)
    assert.ok(isLate(other, after(deadlineMs, 0), a.policy))
  })

  it('limits a call by the clock that is nearer to it', () => {
    const untilOf = (now: Now) => {
      const due = next(forward(a.priced), now, a.policy, READ)
      assert.ok(due.type === 'perform' && 'until' in due.effects[0])
      return due.effects[0].until
    }
    assert.equal(untilOf(after(1_000, 0)), later(begin, deadlineMs))
    assert.equal(untilOf(after(1_000, -HOUR_MS)), later(begin, deadlineMs))
    assert.equal(untilOf(after(1_000, 5_000)), later(begin, deadlineMs - 5_000))
  })

  it('rolls the sale back at once where it passed meanwhile, with the wall time in the log', () => {
    const now = after(1, 3 * HOUR_MS)
    const due = next(forward(a.priced), now, a.policy, READ)
    assert.deepEqual(due, { type: 'wait', until: now.instant })
    const { events } = decide(forward(a.priced), { type: 'timePassed' }, now, a.policy)
    assert.deepEqual(
      events.map(({ type, at }) => [type, at]),
      [
        ['CompensationRequired', now.wall],
        ['SaleRolledBack', now.wall],
      ],
    )
  })
})

describe('Settle time', () => {
  const { settleMs, stuckAfterMs } = a.policy

  it('is counted by the monotonic clock alone, wherever the wall clock is set', () => {
    for (const aheadMs of [-3 * HOUR_MS, 0, 3 * HOUR_MS]) {
      const waiting = next(lookedFor, after(settleMs - 1, aheadMs), a.policy, READ)
      assert.deepEqual(waiting, { type: 'wait', until: later(begin, settleMs) })
      const due = next(lookedFor, after(settleMs, aheadMs), a.policy, READ)
      assert.ok(due.type === 'perform' && due.effects[0].type === 'lookUp')
      assert.equal(due.effects[0].look, 'second')
    }
  })

  it('and the time to be stuck after it, too', () => {
    for (const aheadMs of [-3 * HOUR_MS, 0, 3 * HOUR_MS]) {
      const before = after(settleMs + stuckAfterMs - 1, aheadMs)
      assert.deepEqual(decide(failed, TRIED, before, a.policy).events, [])
      const then = after(settleMs + stuckAfterMs, aheadMs)
      const { events } = decide(failed, TRIED, then, a.policy)
      assert.deepEqual(
        events.map(({ type, at }) => [type, at]),
        [['SaleStuck', then.wall]],
      )
    }
  })

  it('is never over for who only reads the sale', () => {
    const read = replay(a.saleId, [
      ...[a.requested, a.priced, a.unanswered('deal'), a.required('deal')],
      a.referenceLookedUp('deal', 'first'),
    ])
    assert.equal(next(read, after(30 * 24 * HOUR_MS, 0), a.policy, READ).type, 'wait')
  })
})

import assert from 'node:assert/strict'
import { decide } from '../../../src/domain/sale/decide.ts'
import type { Effect } from '../../../src/domain/sale/effect.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { type KnownHere, next } from '../../../src/domain/sale/next.ts'
import type { Outcome } from '../../../src/domain/sale/outcome.ts'
import type { EpochMs } from '../../../src/domain/time.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { driven, instantOf, nowAt } from '../../support/time/one-clock.ts'

/** The contact was read by this process. */
const READ: KnownHere = { contactRead: true }
const UNREAD: KnownHere = { contactRead: false }

/**
 * `given(past).when(outcome).yields(...events)` and `given(past).performs(...effects)` read as the
 * sentence they test. Not called `then`: an object with a `then` is a promise to `await`.
 */
export function given(...past: readonly SaleEvent[]) {
  const sale = driven(a.saleId, past)
  const due = (now: EpochMs, known: KnownHere = READ) => next(sale, nowAt(now), a.policy, known)
  return {
    sale,
    due,
    when(outcome: Outcome, now: EpochMs = a.now) {
      const decided = decide(sale, outcome, nowAt(now), a.policy).events
      return {
        yields: (...events: SaleEvent[]) => assert.deepEqual(decided, events),
        yieldsNothing: () => assert.deepEqual(decided, []),
        yieldsTypes: (...types: SaleEvent['type'][]) =>
          assert.deepEqual(
            decided.map(({ type }) => type),
            types,
          ),
      }
    },
    performs: (now: EpochMs, ...effects: Effect[]) =>
      assert.deepEqual(due(now), { type: 'perform', effects }),
    performsUnread: (now: EpochMs, ...effects: Effect[]) =>
      assert.deepEqual(due(now, UNREAD), { type: 'perform', effects }),
    waits: (now: EpochMs, until: EpochMs) =>
      assert.deepEqual(due(now), { type: 'wait', until: instantOf(until) }),
    rests: (now: EpochMs) => assert.deepEqual(due(now), { type: 'rest' }),
  }
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answer } from '../../../src/domain/sale/answer.ts'
import { decide } from '../../../src/domain/sale/decide.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { next } from '../../../src/domain/sale/next.ts'
import { CREATE_STEPS } from '../../../src/domain/sale/steps.ts'
import { plusMs } from '../../../src/domain/time.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { driven, instantOf, nowAt } from '../../support/time/one-clock.ts'
import { given } from './given.ts'

const TAKEN_UP_FROM_COPY = { type: 'interrupted', fromCopy: true } as const

/** How far the sale was when the copy was made, as the facts after its request. */
const POINTS: readonly (readonly [string, readonly SaleEvent[]])[] = [
  ['requested', []],
  ['priced', [a.priced]],
  ['its Deal created', [a.priced, a.dealCreated]],
  ['its Quote created', [a.priced, a.dealCreated, a.quoteCreated]],
]

describe('A sale taken up from a restored copy', () => {
  for (const [what, later] of POINTS) {
    for (const idempotent of [true, false]) {
      const key = idempotent ? 'with a key' : 'without a key'

      it(`is rolled back from ${what}, ${key}, and looks for all that it does not know`, () => {
        const requested = { ...a.requested, data: { ...a.requested.data, idempotent } }
        const past = [requested, ...later]
        const sale = driven(a.saleId, past)
        const { events, sale: after } = decide(sale, TAKEN_UP_FROM_COPY, nowAt(a.now), a.policy)
        assert.deepEqual(after, driven(a.saleId, [...past, ...events]))
        assert.ok(after.status === 'rollingBack')
        assert.equal(after.failure.step, 'interrupted')
        const known = CREATE_STEPS.slice(0, Math.max(0, later.length - 1))
        assert.deepEqual(
          after.records.map(({ step }) => step),
          known,
        )
        assert.deepEqual(
          new Set(after.unanswered.map(({ step }) => step)),
          new Set(CREATE_STEPS.slice(known.length)),
        )
        // Each was looked up at once before a caller is answered, and again after settle time.
        assert.deepEqual(answer(after), {
          type: 'failed',
          heldUntil: instantOf(plusMs(a.now, 3_000)),
        })
        const due = next(after, nowAt(a.now), a.policy, { contactRead: false })
        assert.ok(due.type === 'perform')
        assert.equal(
          due.effects.filter(({ type }) => type === 'lookUp').length,
          after.unanswered.length,
        )
        assert.ok(due.effects.every(({ type }) => type === 'lookUp' || type === 'delete'))
      })
    }
  }

  it('goes on rolling back as after any restart', () => {
    const past = [a.requested, a.priced, a.dealCreated, a.required('quote')]
    const interrupted = { type: 'SaleInterrupted', at: a.now, data: {} } as const
    given(...past)
      .when(TAKEN_UP_FROM_COPY)
      .yields(interrupted)
  })
})

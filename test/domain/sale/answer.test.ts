import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answer, decidedAnswer } from '../../../src/domain/sale/answer.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { FAILED_ANSWER_AFTER_MS } from '../../../src/domain/sale/policy.ts'
import { plusMs } from '../../../src/domain/time.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { driven, instantOf } from '../../support/time/one-clock.ts'

const inThreeSeconds = plusMs(a.now, 3_000)

function told(past: readonly SaleEvent[]) {
  return answer(driven(a.saleId, past))
}

describe('The answer', () => {
  it('names the step of a failure, and is there once it is not pending', () => {
    const forward = [a.requested, a.priced, a.dealCreated]
    const rolledBack = [a.requested, a.required('contact'), a.rolledBack]
    const done = [...forward, a.quoteCreated, a.salesOrderCreated, a.completed]
    const of = (past: readonly SaleEvent[]) => decidedAnswer(driven(a.saleId, past))
    for (const past of [[], [a.requested], forward]) assert.equal(of(past), undefined)
    assert.deepEqual(of(done), { type: 'succeeded' })
    assert.deepEqual(of(rolledBack), { type: 'failed', step: 'contact' })
    for (const more of [[], [a.stuck(a.deal)]]) {
      const past = [...forward, a.required('quote'), ...more]
      assert.deepEqual(of(past), { type: 'failed', step: 'quote' })
    }
  })

  const withDeal = [a.requested, a.priced, a.dealCreated]
  const failed = [...withDeal, a.unanswered('quote'), a.required()]
  const completed = [...withDeal, a.quoteCreated, a.salesOrderCreated, a.completed]

  it('is pending while the sale goes forward', () => {
    for (const past of [[], [a.requested], [a.requested, a.priced], withDeal]) {
      assert.deepEqual(told(past), { type: 'pending' })
    }
  })

  it('is success when the sale is completed, and does not wait for the second look', () => {
    assert.deepEqual(told(completed), { type: 'succeeded' })
    const unanswered = [...withDeal, a.quoteCreated, a.unanswered('salesOrder')]
    assert.deepEqual(told([...unanswered, a.salesOrderCreated, a.completed]), { type: 'succeeded' })
  })

  it('stays success whatever is found afterwards', () => {
    const stranger = { ...a.dealCreated, data: { dealId: a.strangerId } }
    const past = [...completed, stranger, a.stuck({ step: 'deal', id: a.strangerId })]
    assert.deepEqual(told(past), { type: 'succeeded' })
  })

  it('is failure from the decision on, held while a known record is there, or an unanswered step was not looked up', () => {
    const held = { type: 'failed', heldUntil: instantOf(inThreeSeconds) }
    assert.deepEqual(told(failed), held)
    assert.deepEqual(told([...failed, a.dealDeleted]), held)
    assert.deepEqual(told([...failed, a.referenceLookedUp('quote', 'first')]), held)
    const found = [a.dealDeleted, a.quoteCreated, a.referenceLookedUp('quote', 'first', 1)]
    assert.deepEqual(told([...failed, ...found]), held)
  })

  it('is failure, not held, once all known records are deleted and unanswered steps were looked up once', () => {
    const cleared = [...failed, a.dealDeleted, a.referenceLookedUp('quote', 'first')]
    assert.deepEqual(told(cleared), { type: 'failed' })
  })

  it('is held for three seconds after the decision at the longest', () => {
    assert.equal(FAILED_ANSWER_AFTER_MS, 3_000)
    assert.equal(inThreeSeconds, a.now + FAILED_ANSWER_AFTER_MS)
  })

  it('is failure for a sale that is rolled back or stuck', () => {
    assert.deepEqual(told([a.requested, a.required('contact'), a.rolledBack]), { type: 'failed' })
    assert.deepEqual(told([...failed, a.stuck(a.deal)]), { type: 'failed' })
  })
})

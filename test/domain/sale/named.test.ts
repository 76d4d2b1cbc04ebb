import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { firstIdsOf } from '../../../src/domain/sale/evolve.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { given } from './given.ts'

const sent = [a.requested, a.priced] as const
const named = [a.unanswered('deal'), a.named('deal', a.strangerId)] as const
const stranger = { step: 'deal', id: a.strangerId } as const
const strangerSeen = { ...a.dealCreated, data: { dealId: a.strangerId } }
const ONLY_NAMED = 'only ever named, never seen'
const ours = [a.dealCreated, a.quoteCreated, a.salesOrderCreated, a.completed] as const

describe('A record that the CRM named and did not show', () => {
  it('is written down once, beside the step that it leaves unanswered', () => {
    given(...sent)
      .when(a.creating('deal', a.naming(a.strangerId)))
      .yields(...named)
    given(...sent, ...named)
      .when(a.creating('deal', a.naming(a.strangerId)))
      .yieldsNothing()
  })

  it('is one of several where the CRM names another one next', () => {
    given(...sent, ...named)
      .when(a.creating('deal', a.naming(a.salesOrderId)))
      .yields(a.named('deal', a.salesOrderId))
  })

  it('is written down before the decision when time is over', () => {
    given(...sent)
      .when(a.creating('deal', a.naming(a.strangerId)), a.atDeadline)
      .yieldsTypes('CreateUnanswered', 'RecordNamed', 'CompensationRequired')
  })

  it('is not adopted: the create is due again', () => {
    assert.equal(given(...sent, ...named).sale.status, 'priced')
    assert.equal(firstIdsOf(given(...sent, ...named).sale).deal, null)
  })

  it('is the own record of the sale once a read has shown it', () => {
    const adopted = given(...sent, ...named, strangerSeen, a.required())
    adopted.performs(a.now, { type: 'delete', ...stranger, isSeen: true }, look('deal', 'first'))
  })

  it('is deleted by its id in a rollback, before what it may point at', () => {
    const failed = given(...sent, ...named, a.required('deadline'))
    failed.performs(a.now, look('deal', 'first'), { type: 'delete', ...stranger, isSeen: false })
    const quote = { step: 'quote', id: a.strangerId } as const
    const past = [...sent, a.dealCreated, a.unanswered('quote'), a.named('quote', a.strangerId)]
    given(...past, a.required()).performs(a.now, look('quote', 'first'), {
      type: 'delete',
      ...quote,
      isSeen: false,
    })
  })

  it('is deleted at once when a look has not shown it', () => {
    const looked = [a.required('deadline'), a.referenceLookedUp('deal', 'first')]
    given(...sent, ...named, ...looked).performs(a.now, {
      type: 'delete',
      ...stranger,
      isSeen: false,
    })
  })

  it('is deleted beside the seen record of its step', () => {
    const failed = given(...sent, ...named, a.dealCreated, a.required())
    failed.performs(a.now, { type: 'delete', ...a.deal, isSeen: true }, look('deal', 'first'), {
      type: 'delete',
      ...stranger,
      isSeen: false,
    })
  })

  it('keeps the sale from being rolled back until its delete is done', () => {
    const looked = [a.required('deadline'), a.referenceLookedUp('deal', 'second')]
    given(...sent, ...named, a.required('deadline'))
      .when(a.looking('deal', 'second'))
      .yields(a.referenceLookedUp('deal', 'second'))
    const failed = given(...sent, ...named, ...looked)
    const why = 'no read shows it'
    failed
      .when(a.failing(a.deleting(stranger, { type: 'refused', reason: why })), a.atStuck)
      .yields(a.at(a.atStuck, a.stuck(...a.because(`${ONLY_NAMED}: ${why}`, stranger))))
    failed
      .when(a.deleting(stranger))
      .yields({ ...a.dealDeleted, data: { dealId: a.strangerId } }, a.rolledBack)
  })

  it('is called only named when it is left, also while it waits; one that was seen is not', () => {
    const quote = { step: 'quote', id: a.strangerId } as const
    const past = [...sent, a.dealCreated, a.unanswered('quote'), a.named('quote', quote.id)]
    const failed = [...past, a.required('quote'), a.referenceLookedUp('quote', 'second')]
    given(...failed)
      .when(a.failing(a.deleting(quote, a.refused)), a.atStuck)
      .yields(
        a.at(
          a.atStuck,
          a.stuck(
            ...a.because(`it waits until Quote ${quote.id} is deleted`, a.deal),
            ...a.because(`${ONLY_NAMED}: ${a.refused.reason}`, quote),
          ),
        ),
      )
    const salesOrder = { step: 'salesOrder', id: a.salesOrderId } as const
    const both = [...sent, ...named, a.dealCreated, a.quoteCreated, a.unanswered('salesOrder')]
    const order = [a.named('salesOrder', salesOrder.id), a.required('salesOrder')]
    const looks = [
      a.referenceLookedUp('salesOrder', 'second'),
      a.referenceLookedUp('deal', 'second'),
    ]
    const waits = `it waits until Sales Order ${salesOrder.id} is deleted`
    given(...both, ...order, ...looks)
      .when(a.failing(a.deleting(salesOrder, a.refused)), a.atStuck)
      .yields(
        a.at(
          a.atStuck,
          a.stuck(
            ...a.because(waits, a.deal, a.quote),
            ...a.because(`${ONLY_NAMED}: ${waits}`, stranger),
            ...a.because(`${ONLY_NAMED}: ${a.refused.reason}`, salesOrder),
          ),
        ),
      )
  })

  it('is seen once a look shows it, and found by that look', () => {
    const failed = [...sent, ...named, a.required('deadline')]
    given(...failed)
      .when(a.looking('deal', 'first', a.done([a.strangerId])))
      .yields(strangerSeen, a.referenceLookedUp('deal', 'first', 1))
    given(...failed, strangerSeen, a.referenceLookedUp('deal', 'first', 1)).performs(a.now, {
      type: 'delete',
      ...stranger,
      isSeen: true,
    })
  })

  it('is deleted in a completed sale that has another record of its own, and then it is settled', () => {
    const completed = given(...sent, ...named, ...ours)
    completed.waits(a.now, a.atSettle)
    completed.performs(a.atSettle, look('deal', 'second'), {
      type: 'delete',
      ...stranger,
      isSeen: false,
    })
    completed
      .when(a.deleting(stranger))
      .yields({ ...a.dealDeleted, data: { dealId: a.strangerId } })
    given(...sent, ...named, ...ours, { ...a.dealDeleted, data: { dealId: a.strangerId } })
      .when(a.looking('deal', 'second', a.done([a.dealId])))
      .yields(a.referenceLookedUp('deal', 'second'), a.settled)
  })

  it("is the failed sale's id of its step, where there is no other", () => {
    const { sale } = given(...sent, ...named, a.required('deadline'))
    assert.equal(firstIdsOf(sale).deal, a.strangerId)
  })

  it('is kept over a restart, before and after the decision', () => {
    const effect = { type: 'delete', ...stranger, isSeen: false } as const
    given(...sent, ...named, a.interrupted, a.required('interrupted')).performs(
      a.now,
      look('deal', 'first'),
      effect,
    )
    given(...sent, ...named, a.required('deadline'), a.interrupted).performs(
      a.now,
      look('deal', 'first'),
      effect,
    )
  })
})

describe('A refusal in unknown words', () => {
  it('leaves its step unanswered, and fails the sale', () => {
    given(...sent)
      .when(a.creating('deal', a.refusedOpen))
      .yields(
        { ...a.unanswered('deal'), data: { step: 'deal', reason: a.refused.reason } },
        a.required('deal'),
      )
  })

  it('fails a sale whose step is unanswered already, and records that once', () => {
    given(...sent, a.unanswered('deal'))
      .when(a.creating('deal', a.refusedOpen))
      .yields(a.required('deal'))
  })
})

function look(step: 'deal' | 'quote', which: 'first' | 'second') {
  return { type: 'lookUp', step, reference: `${a.saleId}:${step}`, look: which } as const
}

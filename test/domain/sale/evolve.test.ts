import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answer } from '../../../src/domain/sale/answer.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { evolve, firstIdsOf } from '../../../src/domain/sale/evolve.ts'
import { next } from '../../../src/domain/sale/next.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { driven, instantOf, nowAt } from '../../support/time/one-clock.ts'

const withQuote = [a.requested, a.priced, a.dealCreated, a.quoteCreated]
const unanswered = [a.requested, a.priced, a.unanswered('deal')]
const rollingBack = [...withQuote, a.unanswered('salesOrder'), a.required('salesOrder')]

const PASTS: Readonly<Record<string, readonly SaleEvent[]>> = {
  absent: [],
  requested: [a.requested],
  priced: [a.requested, a.priced],
  'priced, unanswered': unanswered,
  dealCreated: [a.requested, a.priced, a.dealCreated],
  quoteCreated: withQuote,
  completed: [...withQuote, a.salesOrderCreated, a.completed],
  'completed, unanswered': [...withQuote, a.unanswered('quote'), a.salesOrderCreated, a.completed],
  rollingBack,
  stuck: [...rollingBack, a.stuck(a.deal, a.quote, a.openAt('salesOrder'))],
  rolledBack: [a.requested, a.required('contact'), a.rolledBack],
}

const EVENTS: readonly SaleEvent[] = [
  a.requested,
  a.priced,
  a.dealCreated,
  a.quoteCreated,
  a.salesOrderCreated,
  a.completed,
  a.unanswered('deal'),
  a.interrupted,
  a.woke('deal'),
  a.required('deal'),
  a.referenceLookedUp('deal', 'first'),
  a.referenceLookedUp('deal', 'second'),
  a.salesOrderDeleted,
  a.quoteDeleted,
  a.dealDeleted,
  a.rolledBack,
  a.settled,
  a.stuck(a.deal),
]

/** What moves a state; anything else is ignored in it, for history cannot be refused. */
const FITS: Readonly<Record<string, readonly SaleEvent['type'][]>> = {
  absent: ['SaleRequested'],
  requested: ['SalePriced', 'CompensationRequired'],
  priced: [
    'DealCreated',
    'CreateUnanswered',
    'SaleInterrupted',
    'OwnerWoke',
    'CompensationRequired',
  ],
  'priced, unanswered': ['DealCreated', 'CompensationRequired'],
  dealCreated: [
    'QuoteCreated',
    'CreateUnanswered',
    'SaleInterrupted',
    'OwnerWoke',
    'CompensationRequired',
  ],
  quoteCreated: [
    'SalesOrderCreated',
    'CreateUnanswered',
    'SaleInterrupted',
    'OwnerWoke',
    'CompensationRequired',
  ],
  completed: ['SaleStuck', 'OwnerWoke'],
  rolledBack: ['OwnerWoke'],
}

describe('evolve', () => {
  for (const [name, past] of Object.entries(PASTS)) {
    it(`takes any event in a sale that is ${name}, and any other after it`, () => {
      const sale = driven(a.saleId, past)
      for (const event of EVENTS) {
        const after = evolve(sale, event, instantOf(event.at))
        assert.equal(after.saleId, a.saleId)
        for (const another of EVENTS) {
          const last = evolve(after, another, instantOf(another.at))
          assert.doesNotThrow(() => next(last, nowAt(a.atSettle), a.policy, { contactRead: true }))
          assert.doesNotThrow(() => answer(last))
        }
      }
    })
  }

  for (const [name, types] of Object.entries(FITS)) {
    it(`ignores what does not fit a sale that is ${name}`, () => {
      const sale = driven(a.saleId, PASTS[name] ?? [])
      for (const event of EVENTS) {
        if (types.includes(event.type)) continue
        assert.deepEqual(evolve(sale, event, instantOf(event.at)), sale, event.type)
      }
    })
  }

  it('leads from no failure back to completion, and from no completion to failure', () => {
    for (const [name, past] of Object.entries(PASTS)) {
      const sale = driven(a.saleId, past)
      for (const event of EVENTS) {
        const { status } = evolve(sale, event, instantOf(event.at))
        if (sale.status === 'completed') assert.equal(status, 'completed', name)
        if (['rollingBack', 'stuck', 'rolledBack'].includes(sale.status)) {
          assert.ok(['rollingBack', 'stuck', 'rolledBack'].includes(status), name)
        }
      }
    }
  })

  it('changes no state it was given', () => {
    const sale = driven(a.saleId, rollingBack)
    const before = structuredClone(sale)
    for (const event of EVENTS) evolve(sale, event, instantOf(event.at))
    assert.deepEqual(sale, before)
  })
})

describe('A sale remembers', () => {
  it('what was requested, whatever became of it', () => {
    const { contactId, products, idempotent } = a.requested.data
    for (const past of Object.values(PASTS)) {
      const sale = driven(a.saleId, past)
      if (sale.status === 'absent') continue
      const asked = { contactId, products, idempotent, requestedAt: a.now }
      assert.partialDeepStrictEqual(sale, asked)
    }
  })

  it('the first id of each step when its record is gone', () => {
    const deleted = [a.quoteDeleted, a.dealDeleted, a.referenceLookedUp('salesOrder', 'second')]
    const sale = driven(a.saleId, [...rollingBack, ...deleted, a.rolledBack])
    assert.deepEqual(firstIdsOf(sale), { deal: a.dealId, quote: a.quoteId, salesOrder: null })
  })

  it('the id of a record that turned up late', () => {
    const found = driven(a.saleId, [...unanswered, a.required('deal'), a.dealCreated])
    assert.deepEqual(firstIdsOf(found), { deal: a.dealId, quote: null, salesOrder: null })
  })

  it('the first of two records of one step', () => {
    const stranger = { ...a.dealCreated, data: { dealId: a.strangerId } }
    assert.equal(firstIdsOf(driven(a.saleId, [...rollingBack, stranger])).deal, a.dealId)
  })

  it('no id of what was never created', () => {
    for (const past of [[], [a.requested], [a.requested, a.priced]]) {
      const none = { deal: null, quote: null, salesOrder: null }
      assert.deepEqual(firstIdsOf(driven(a.saleId, past)), none)
    }
    const withDeal = driven(a.saleId, [a.requested, a.priced, a.dealCreated])
    assert.deepEqual(firstIdsOf(withDeal), { deal: a.dealId, quote: null, salesOrder: null })
  })

  it('why it failed, and when it ended', () => {
    const sale = driven(a.saleId, PASTS['rolledBack'] ?? [])
    assert.ok(sale.status === 'rolledBack')
    assert.deepEqual(sale.failure, { step: 'contact', reason: a.refused.reason })
    assert.equal(sale.endedAt, a.now)
  })
})

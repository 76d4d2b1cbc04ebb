import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Effect } from '../../../src/domain/sale/effect.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { next } from '../../../src/domain/sale/next.ts'
import { referenceOf } from '../../../src/domain/sale/reference.ts'
import type { CreateStep, CrmRecord } from '../../../src/domain/sale/steps.ts'
import { dayAfter, type EpochMs, plusMs } from '../../../src/domain/time.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { driven, instantOf, nowAt } from '../../support/time/one-clock.ts'
import { given } from './given.ts'

const until = a.atDeadline
const untilInstant = instantOf(until)
const { amount, closingDate, lines } = a.priced.data
const draft = {
  saleId: a.saleId,
  contactId: a.contactId,
  accountId: a.accountId,
  requestedOn: dayAfter(a.requested.at, 0),
}
const withDeal = [a.requested, a.priced, a.dealCreated]
const withQuote = [...withDeal, a.quoteCreated]

function deletes({ step, id }: CrmRecord): Effect {
  return { type: 'delete', step, id, isSeen: true }
}

function looks(step: CreateStep, look: 'first' | 'second'): Effect {
  return { type: 'lookUp', step, reference: referenceOf(a.saleId, step), look }
}

describe('Due going forward is', () => {
  it('the reading of the contact and of each product, once, in the order of the request', () => {
    const products = [a.otherProductId, a.productId, a.otherProductId].map((productId) => {
      return { productId, quantity: 1 }
    })
    given({ ...a.requested, data: { ...a.requested.data, products } }).performs(a.now, {
      type: 'readTerms',
      contactId: a.contactId,
      productIds: [a.otherProductId, a.productId],
      until: untilInstant,
    })
  })

  it('the Deal, once the sale is priced', () => {
    const reference = `${a.saleId}:deal`
    given(a.requested, a.priced).performs(a.now, {
      type: 'create',
      draft: { ...draft, step: 'deal', reference, amount, closingDate },
      until: untilInstant,
    })
  })

  it('the Quote, linked to the Deal', () => {
    const reference = `${a.saleId}:quote`
    given(...withDeal).performs(a.now, {
      type: 'create',
      draft: { ...draft, step: 'quote', reference, dealId: a.dealId, lines },
      until: untilInstant,
    })
  })

  it('the Sales Order, linked to Deal and Quote', () => {
    const reference = `${a.saleId}:salesOrder`
    const links = { dealId: a.dealId, quoteId: a.quoteId }
    given(...withQuote).performs(a.now, {
      type: 'create',
      draft: { ...draft, step: 'salesOrder', reference, ...links, lines },
      until: untilInstant,
    })
  })

  it('the same create with the same reference after it was not answered, and after a restart', () => {
    const create = {
      type: 'create',
      draft: { ...draft, step: 'deal', reference: `${a.saleId}:deal`, amount, closingDate },
      until: untilInstant,
    } as const
    given(a.requested, a.priced, a.unanswered('deal')).performs(a.now, create)
    given(a.requested, a.priced, a.interrupted).performs(a.justBefore(until), create)
  })

  it('a create with the day of the request, also after midnight', () => {
    const at = Date.parse('2026-11-23T23:59:59.000Z') as EpochMs
    const sale = driven(a.saleId, [
      { ...a.requested, at },
      { ...a.priced, at },
    ])
    const due = next(sale, nowAt(plusMs(at, 2_000)), a.policy, { contactRead: true })
    assert.ok(due.type === 'perform' && due.effects[0].type === 'create')
    assert.equal(due.effects[0].draft.requestedOn, '2026-11-23')
  })

  it('the reading of the contact, before the next create of a process that has not read it', () => {
    const reading = { type: 'readContact', contactId: a.contactId, until: untilInstant } as const
    for (const past of [[a.requested, a.priced], withDeal, withQuote]) {
      given(...past, a.interrupted).performsUnread(a.justBefore(until), reading)
    }
  })

  it('the reading of contact and products at once where both are to be read', () => {
    given(a.requested, a.interrupted).performsUnread(a.now, {
      type: 'readTerms',
      contactId: a.contactId,
      productIds: a.requested.data.products.map(({ productId }) => productId),
      until: untilInstant,
    })
  })

  it('nothing but a decision from the deadline on', () => {
    for (const past of [[a.requested], [a.requested, a.priced], withDeal, withQuote]) {
      given(...past).waits(until, until)
    }
  })
})

describe('Due in a rollback is', () => {
  it('the delete of the Sales Order, then of the Quote, then of the Deal', () => {
    const failed = [...withQuote, a.required('deadline'), a.salesOrderCreated]
    given(...failed).performs(a.now, deletes(a.salesOrder))
    given(...failed, a.salesOrderDeleted).performs(a.now, deletes(a.quote))
    given(...failed, a.salesOrderDeleted, a.quoteDeleted).performs(a.now, deletes(a.deal))
  })

  it('the delete at once, and the first look if it comes to nothing', () => {
    given(...withDeal, a.unanswered('quote'), a.required()).performs(
      a.now,
      deletes(a.deal),
      looks('quote', 'first'),
    )
  })

  it('one look for each unanswered step, in the order in which they came to be so', () => {
    const past = [a.requested, a.priced, a.unanswered('deal'), a.dealCreated, a.unanswered('quote')]
    given(...past, a.required(), a.dealDeleted).performs(
      a.now,
      looks('deal', 'first'),
      looks('quote', 'first'),
    )
  })

  const unanswered = [a.requested, a.priced, a.unanswered('deal'), a.required('deal')]
  const looked = [...unanswered, a.referenceLookedUp('deal', 'first')]

  it('nothing between the first look and settle time', () => {
    given(...looked).waits(a.now, a.atSettle)
    given(...looked).waits(a.justBefore(a.atSettle), a.atSettle)
  })

  it('the second look when settle time has passed, whether or not there was a first', () => {
    given(...looked).performs(a.atSettle, looks('deal', 'second'))
    given(...unanswered).performs(a.justBefore(a.atSettle), looks('deal', 'first'))
    given(...unanswered).performs(a.atSettle, looks('deal', 'second'))
  })

  it('the delete of what a look found, before the next look', () => {
    given(...looked, a.dealCreated).performs(a.atSettle, deletes(a.deal), looks('deal', 'second'))
  })

  const named: SaleEvent = { type: 'RecordNamed', at: a.now, data: a.deal }
  const namedOnly = [a.requested, a.priced, a.unanswered('deal'), named, a.required('deal')]
  const deleteNamed: Effect = { type: 'delete', ...a.deal, isSeen: false }

  it('the look before the delete of a record that was only named', () => {
    given(...namedOnly).performs(a.now, looks('deal', 'first'), deleteNamed)
    given(...namedOnly, a.dealCreated).performs(a.now, deletes(a.deal), looks('deal', 'first'))
    const blind = a.referenceLookedUp('deal', 'first', 0)
    given(...namedOnly, blind).performs(a.now, deleteNamed)
  })

  it('the second look later when another process took the sale up', () => {
    const taken = a.at(a.justBefore(a.atSettle), a.interrupted)
    given(...looked, taken).performs(a.atSettle, looks('deal', 'first'))
  })

  it('the same when the sale is stuck: it is tried for ever', () => {
    given(...withDeal, a.required(), a.stuck(a.deal)).performs(a.atStuck, deletes(a.deal))
  })

  it('no reading of the contact, whether or not it was read', () => {
    given(...withDeal, a.required()).performsUnread(a.now, deletes(a.deal))
  })

  it('nothing when it is over', () => {
    given(...withDeal, a.required(), a.dealDeleted, a.rolledBack).rests(a.atStuck)
  })
})

describe('Due after completion is', () => {
  it('nothing when no step is unanswered', () => {
    given(...withQuote, a.salesOrderCreated, a.completed).rests(a.now)
  })

  it('no look before settle time, counted from the completion, and one after it', () => {
    const past = [...withQuote, a.unanswered('salesOrder'), a.salesOrderCreated, a.completed]
    given(...past).waits(a.now, a.atSettle)
    given(...past).performs(a.atSettle, looks('salesOrder', 'second'))
    given(...past, a.referenceLookedUp('salesOrder', 'second'), a.settled).rests(a.atSettle)
  })
})

describe('Due for a sale that nobody requested is', () => {
  it('nothing', () => {
    given().rests(a.now)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DecimalText } from '../../../src/domain/money.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { given } from './given.ts'

const withDeal = [a.requested, a.priced, a.dealCreated]
const withQuote = [...withDeal, a.quoteCreated]

describe('A sale that meets no fault', () => {
  it('is requested, priced, and has its Deal, its Quote and its Sales Order created', () => {
    given(a.requested).when(a.termsRead()).yields(a.priced)
    given(a.requested, a.priced)
      .when(a.creating('deal', a.done(a.dealId)))
      .yields(a.dealCreated)
    given(...withDeal)
      .when(a.creating('quote', a.done(a.quoteId)))
      .yields(a.quoteCreated)
  })

  it('is completed by the append that records its Sales Order, and is at rest', () => {
    given(...withQuote)
      .when(a.creating('salesOrder', a.done(a.salesOrderId)))
      .yields(a.salesOrderCreated, a.completed)
    given(...withQuote, a.salesOrderCreated, a.completed).rests(a.now)
  })
})

describe('What was read', () => {
  it('fails the sale when there is no such contact', () => {
    given(a.requested)
      .when(a.termsRead(a.done(null)))
      .yields(a.required('contact', `contact ${a.contactId} is not in the CRM`), a.rolledBack)
  })

  it('fails the sale when the CRM refuses to read the contact or the products', () => {
    given(a.requested)
      .when(a.termsRead(a.refused))
      .yields(a.required('contact', a.refused.reason), a.rolledBack)
    given(a.requested)
      .when(a.termsRead(a.contactFound, a.refused))
      .yields(a.required('products', a.refused.reason), a.rolledBack)
  })

  it('fails the sale, naming the product, when a product cannot be sold', () => {
    given(a.requested)
      .when(a.termsRead(a.contactFound, a.done([{ ...a.product, unitPrice: null }])))
      .yields(a.required('products', `product ${a.productId} has no price`), a.rolledBack)
  })

  it('prices the sale in the currency of its products, and creates its records in it', () => {
    const organisation = { homeCurrency: 'TRY', hasSeveralCurrencies: true }
    const inYen = { ...a.product, unitPrice: '1299.90' as DecimalText, currency: 'JPY' }
    const priced = {
      ...a.priced,
      data: { ...a.priced.data, amount: '2600' as DecimalText, currency: 'JPY' },
    }
    given(a.requested)
      .when(a.termsRead(a.contactFound, a.done([inYen]), organisation))
      .yields(priced)
    const past = [a.requested, priced, a.dealCreated, a.quoteCreated]
    for (const known of [2, 3, 4]) {
      const due = given(...past.slice(0, known)).due(a.now)
      const [effect] = due.type === 'perform' ? due.effects : []
      assert.equal(effect?.type === 'create' && effect.draft.currency, 'JPY')
    }
  })

  it('fails the sale, naming the product, when its currency is not that of the organisation', () => {
    const inDollars = { ...a.product, currency: 'USD' }
    const why = 'is priced in USD, and the organisation has TRY only'
    const organisation = { homeCurrency: 'TRY', hasSeveralCurrencies: false }
    given(a.requested)
      .when(a.termsRead(a.contactFound, a.done([inDollars]), organisation))
      .yields(a.required('products', `product ${a.productId} ${why}`), a.rolledBack)
  })

  it('leaves nothing behind: unanswered or not sent, it is read again', () => {
    for (const failure of [a.unknown, a.notSent]) {
      given(a.requested).when(a.termsRead(failure)).yieldsNothing()
      given(a.requested).when(a.termsRead(a.contactFound, failure)).yieldsNothing()
      given(a.requested, a.priced).when({ type: 'contactRead', contact: failure }).yieldsNothing()
    }
  })

  it('goes on with terms as they are when the contact is found again after a restart', () => {
    given(...withDeal, a.interrupted)
      .when({ type: 'contactRead', contact: a.done({ accountId: null }) })
      .yieldsNothing()
  })

  it('fails the sale when the contact is gone after a restart', () => {
    given(...withDeal, a.interrupted)
      .when({ type: 'contactRead', contact: a.done(null) })
      .yields(a.required('contact', `contact ${a.contactId} is not in the CRM`))
    given(...withDeal, a.interrupted)
      .when({ type: 'contactRead', contact: a.refused })
      .yields(a.required('contact', a.refused.reason))
  })
})

describe('A create', () => {
  it('that is refused fails the sale at its step', () => {
    given(...withDeal)
      .when(a.creating('quote', a.refused))
      .yields(a.required('quote'))
  })

  it('that is refused first of all leaves nothing to take back', () => {
    given(a.requested, a.priced)
      .when(a.creating('deal', a.refused))
      .yields(a.required('deal'), a.rolledBack)
  })

  it('that is not answered leaves its step unanswered, once', () => {
    given(...withDeal)
      .when(a.creating('quote', a.unknown))
      .yields(a.unanswered('quote'))
    given(...withDeal, a.unanswered('quote'))
      .when(a.creating('quote', a.unknown))
      .yieldsNothing()
    given(...withDeal, a.interrupted)
      .when(a.creating('quote', a.unknown))
      .yieldsNothing()
  })

  it('that was not sent leaves nothing unanswered and is tried again', () => {
    given(...withDeal)
      .when(a.creating('quote', a.notSent))
      .yieldsNothing()
  })

  it('that succeeds when repeated goes on, with its step still unanswered', () => {
    given(...withDeal, a.unanswered('quote'))
      .when(a.creating('quote', a.done(a.quoteId)))
      .yields(a.quoteCreated)
  })

  it('that is refused when repeated speaks for itself only: the step stays unanswered', () => {
    given(a.requested, a.priced, a.unanswered('deal'))
      .when(a.creating('deal', a.refused))
      .yields(a.required('deal'))
  })

  it('of a step that is not due is nothing to record', () => {
    given(...withDeal)
      .when(a.creating('deal', a.done(a.strangerId)))
      .yieldsNothing()
  })
})

describe('The deadline', () => {
  const waitedFor = (what: string) => `not complete after 30000 ms, while it waited for ${what}`

  it('ends a sale that is not complete, and reports what it waited for', () => {
    given(a.requested)
      .when(a.timePassed, a.atDeadline)
      .yields(
        a.at(a.atDeadline, a.required('deadline', waitedFor('the contact and the products'))),
        a.at(a.atDeadline, a.rolledBack),
      )
    given(...withQuote)
      .when(a.timePassed, a.atDeadline)
      .yields(a.at(a.atDeadline, a.required('deadline', waitedFor('the Sales Order'))))
  })

  it('has not passed one millisecond earlier', () => {
    given(...withQuote)
      .when(a.timePassed, a.justBefore(a.atDeadline))
      .yieldsNothing()
    given(...withQuote)
      .when(a.creating('salesOrder', a.done(a.salesOrderId)), a.justBefore(a.atDeadline))
      .yieldsTypes('SalesOrderCreated', 'SaleCompleted')
  })

  it('counts from the request, over any restart', () => {
    given(...withDeal, a.at(a.justBefore(a.atDeadline), a.interrupted))
      .when(a.timePassed, a.atDeadline)
      .yields(a.at(a.atDeadline, a.required('deadline', waitedFor('the Quote'))))
  })

  it('names the last reason with a read or a create that brought no answer', () => {
    const reason = `${waitedFor('the Deal')}: ${a.unknown.reason}`
    given(a.requested, a.priced, a.unanswered('deal'))
      .when(a.creating('deal', a.unknown), a.atDeadline)
      .yields(a.at(a.atDeadline, a.required('deadline', reason)))
    given(a.requested, a.priced)
      .when({ type: 'contactRead', contact: a.notSent }, a.atDeadline)
      .yieldsTypes('CompensationRequired', 'SaleRolledBack')
    given(a.requested)
      .when(a.termsRead(a.contactFound, a.notSent), a.atDeadline)
      .yieldsTypes('CompensationRequired', 'SaleRolledBack')
  })

  it('ends a sale whose terms were read too late, and prices nothing', () => {
    given(a.requested)
      .when(a.termsRead(), a.atDeadline)
      .yieldsTypes('CompensationRequired', 'SaleRolledBack')
  })

  it('leaves the step of a create that it cut off unanswered', () => {
    given(...withDeal)
      .when(a.creating('quote', a.unknown), a.atDeadline)
      .yieldsTypes('CreateUnanswered', 'CompensationRequired')
    given(...withDeal)
      .when(a.creating('quote', a.notSent), a.atDeadline)
      .yieldsTypes('CompensationRequired')
  })

  it('records a Deal or Quote that came too late, so that it is taken back', () => {
    given(a.requested, a.priced)
      .when(a.creating('deal', a.done(a.dealId)), a.atDeadline)
      .yieldsTypes('DealCreated', 'CompensationRequired')
    given(...withDeal)
      .when(a.creating('quote', a.done(a.quoteId)), a.atDeadline)
      .yieldsTypes('QuoteCreated', 'CompensationRequired')
  })

  it('does not let a Sales Order that came too late complete the sale, but takes it back', () => {
    const required = a.at(a.atDeadline, a.required('deadline', waitedFor('the Sales Order')))
    const created = a.at(a.atDeadline, a.salesOrderCreated)
    given(...withQuote)
      .when(a.creating('salesOrder', a.done(a.salesOrderId)), a.atDeadline)
      .yields(required, created)
    given(...withQuote, required, created).performs(a.atDeadline, {
      type: 'delete',
      ...a.salesOrder,
      isSeen: true,
    })
  })

  it('leaves a refusal its own name', () => {
    given(...withDeal)
      .when(a.creating('quote', a.refused), a.atDeadline)
      .yields(a.at(a.atDeadline, a.required('quote')))
  })
})

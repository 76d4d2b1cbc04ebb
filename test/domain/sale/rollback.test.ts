import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CrmId } from '../../../src/domain/ids.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { given } from './given.ts'

const withQuote = [a.requested, a.priced, a.dealCreated, a.quoteCreated]
/** Deal and Quote are known; nobody knows about the Sales Order. */
const failed = [...withQuote, a.unanswered('salesOrder'), a.required('salesOrder')]
const known = [...withQuote, a.required('salesOrder')]
const cleared = [...failed, a.quoteDeleted, a.dealDeleted]
const completed = [
  ...withQuote,
  a.unanswered('salesOrder'),
  a.salesOrderCreated,
  a.completed,
] as const
const anotherId = '550428000000009002' as CrmId

describe('A delete', () => {
  it('that is done is recorded', () => {
    given(...failed)
      .when(a.deleting(a.quote))
      .yields(a.quoteDeleted)
  })

  it('of the last record ends the rollback when nothing is unanswered', () => {
    given(...known, a.quoteDeleted)
      .when(a.deleting(a.deal))
      .yields(a.dealDeleted, a.rolledBack)
  })

  it('of the last record does not end the rollback while a step is unanswered', () => {
    given(...failed, a.quoteDeleted)
      .when(a.deleting(a.deal))
      .yields(a.dealDeleted)
  })

  it('that is refused, unanswered or not sent is tried again', () => {
    for (const failure of [a.refused, a.unknown, a.notSent]) {
      given(...known)
        .when(a.deleting(a.quote, failure), a.atStuck)
        .yieldsNothing()
      given(...known)
        .when(a.failing(a.deleting(a.quote, failure)), a.justBefore(a.atStuck))
        .yieldsNothing()
    }
  })
})

describe('The first look', () => {
  it('that finds nothing is recorded, and is not the last', () => {
    given(...cleared)
      .when(a.looking('salesOrder', 'first'))
      .yields(a.referenceLookedUp('salesOrder', 'first'))
  })

  it('records each row that it finds before anything is deleted', () => {
    given(...cleared)
      .when(a.looking('salesOrder', 'first', a.done([a.salesOrderId])))
      .yields(a.salesOrderCreated, a.referenceLookedUp('salesOrder', 'first', 1))
  })

  it('records no row that is known already', () => {
    given(a.requested, a.priced, a.unanswered('deal'), a.dealCreated, a.required('quote'))
      .when(a.looking('deal', 'first', a.done([a.dealId, a.strangerId])))
      .yields(
        { ...a.dealCreated, data: { dealId: a.strangerId } },
        a.referenceLookedUp('deal', 'first', 1),
      )
  })

  it('that fails records nothing', () => {
    for (const failure of [a.refused, a.unknown, a.notSent]) {
      given(...cleared)
        .when(a.looking('salesOrder', 'first', failure))
        .yieldsNothing()
    }
  })
})

describe('The second look', () => {
  const looked = [...cleared, a.referenceLookedUp('salesOrder', 'first')]

  it('that finds nothing closes its step, and ends the rollback', () => {
    given(...looked)
      .when(a.looking('salesOrder', 'second'))
      .yields(a.referenceLookedUp('salesOrder', 'second'), a.rolledBack)
  })

  it('that finds a record has it deleted before the rollback ends', () => {
    given(...looked)
      .when(a.looking('salesOrder', 'second', a.done([a.salesOrderId])))
      .yields(a.salesOrderCreated, a.referenceLookedUp('salesOrder', 'second', 1))
    given(...looked, a.salesOrderCreated, a.referenceLookedUp('salesOrder', 'second', 1))
      .when(a.deleting(a.salesOrder))
      .yields(a.salesOrderDeleted, a.rolledBack)
  })

  it('finds what was applied after the repeat had succeeded and been deleted', () => {
    const past = [a.requested, a.priced, a.unanswered('deal'), a.dealCreated, a.required('quote')]
    given(...past, a.dealDeleted, a.referenceLookedUp('deal', 'first'))
      .when(a.looking('deal', 'second', a.done([a.strangerId])))
      .yields(
        { ...a.dealCreated, data: { dealId: a.strangerId } },
        a.referenceLookedUp('deal', 'second', 1),
      )
  })

  it('closes its own step only', () => {
    given(
      a.requested,
      a.priced,
      a.unanswered('deal'),
      a.dealCreated,
      a.unanswered('quote'),
      a.required(),
    )
      .when(a.looking('deal', 'second', a.done([a.dealId])))
      .yields(a.referenceLookedUp('deal', 'second'))
  })

  it('of a closed step is nothing to record', () => {
    given(...cleared)
      .when(a.looking('deal', 'second', a.done([a.strangerId])))
      .yieldsNothing()
  })
})

describe('A completed sale with an unanswered step', () => {
  it('is settled by a look that finds its own record or none', () => {
    for (const found of [[a.salesOrderId], []]) {
      given(...completed)
        .when(a.looking('salesOrder', 'second', a.done(found)))
        .yields(a.referenceLookedUp('salesOrder', 'second'), a.settled)
    }
  })

  it('has a second record deleted, and keeps its own', () => {
    const stranger = { ...a.salesOrderCreated, data: { salesOrderId: a.strangerId } }
    const looked = a.referenceLookedUp('salesOrder', 'second', 1)
    given(...completed)
      .when(a.looking('salesOrder', 'second', a.done([a.salesOrderId, a.strangerId])))
      .yields(stranger, looked)
    given(...completed, stranger, looked).performs(a.atSettle, {
      type: 'delete',
      step: 'salesOrder',
      id: a.strangerId,
      isSeen: true,
    })
    given(...completed, stranger, looked)
      .when(a.deleting({ step: 'salesOrder', id: a.strangerId }))
      .yieldsTypes('SalesOrderDeleted', 'SaleSettled')
  })

  it('stays completed when the second record resists, and reports it once', () => {
    const stranger = { ...a.salesOrderCreated, data: { salesOrderId: a.strangerId } }
    const past = [...completed, stranger, a.referenceLookedUp('salesOrder', 'second', 1)]
    const record = { step: 'salesOrder', id: a.strangerId } as const
    const failed = a.failing(a.deleting(record, a.refused))
    const stuck = a.at(a.atStuck, a.stuck(...a.because(a.refused.reason, record)))
    given(...past)
      .when(failed, a.atStuck)
      .yields(stuck)
    given(...past, stuck)
      .when(failed, a.atStuck)
      .yieldsNothing()
    assert.equal(given(...past, stuck).sale.status, 'completed')
  })
})

describe('A sale is stuck', () => {
  it('when a delete still fails so long after settle time, with all that is left, and why', () => {
    for (const failure of [a.refused, a.unknown, a.notSent]) {
      const look = a.looking('salesOrder', 'second', a.unknown)
      given(...failed)
        .when(a.failing(a.deleting(a.quote, failure), look), a.atStuck)
        .yields(
          a.at(
            a.atStuck,
            a.stuck(
              ...a.because(`it waits until Quote ${a.quoteId} is deleted`, a.deal),
              ...a.because(failure.reason, a.quote),
              ...a.because('the search for it did not succeed: no answer', a.openAt('salesOrder')),
            ),
          ),
        )
    }
  })

  it('with the reason of each of two records of one step', () => {
    const other = { step: 'deal', id: a.strangerId } as const
    const found = a.referenceLookedUp('deal', 'second', 1)
    const past = [a.requested, a.priced, a.unanswered('deal'), a.dealCreated, a.required()]
    given(...past, { ...a.dealCreated, data: { dealId: a.strangerId } }, found)
      .when(a.failing(a.deleting(a.deal, a.refused), a.deleting(other, a.unknown)), a.atStuck)
      .yields(
        a.at(
          a.atStuck,
          a.stuck(...a.because(a.refused.reason, a.deal), ...a.because(a.unknown.reason, other)),
        ),
      )
  })

  it('when a look-up still fails so long after settle time', () => {
    given(...cleared)
      .when(a.failing(a.looking('salesOrder', 'second', a.refused)), a.justBefore(a.atStuck))
      .yieldsNothing()
    given(...cleared)
      .when(a.failing(a.looking('salesOrder', 'second', a.refused)), a.atStuck)
      .yields(
        a.at(
          a.atStuck,
          a.stuck(
            ...a.because('the search for it did not succeed: INVALID_DATA', a.openAt('salesOrder')),
          ),
        ),
      )
  })

  it('once', () => {
    given(...failed, a.stuck(a.deal, a.quote))
      .when(a.failing(a.deleting(a.quote, a.refused)), a.atStuck)
      .yieldsNothing()
  })

  it('only when something fails, not by time alone', () => {
    given(...failed)
      .when(a.timePassed, a.atStuck)
      .yieldsNothing()
  })

  it('until its last record is gone after all', () => {
    given(...known, a.quoteDeleted, a.stuck(a.deal))
      .when(a.deleting(a.deal), a.atStuck)
      .yields(a.at(a.atStuck, a.dealDeleted), a.at(a.atStuck, a.rolledBack))
  })

  it('never again when a person put it right and it is rolled back', () => {
    given(...known, a.stuck(a.deal, a.quote), a.quoteDeleted, a.dealDeleted, a.rolledBack)
      .when(a.failing(a.deleting({ step: 'deal', id: anotherId }, a.refused)), a.atStuck)
      .yieldsNothing()
  })
})

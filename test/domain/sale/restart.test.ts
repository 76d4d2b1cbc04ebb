import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as a from '../../support/examples/sale-examples.ts'
import { instantOf } from '../../support/time/one-clock.ts'
import { given } from './given.ts'

const later = a.justBefore(a.atDeadline)
const stopped = (what: string) => `the service stopped while it waited for ${what}`

// What was durable when the process died, and the step that may have been sent since.
const CUT_OFF = [
  ['requested', [], null, 'the contact and the products'],
  ['priced', [a.priced], 'deal', 'the Deal'],
  ['dealCreated', [a.priced, a.dealCreated], 'quote', 'the Quote'],
  ['quoteCreated', [a.priced, a.dealCreated, a.quoteCreated], 'salesOrder', 'the Sales Order'],
] as const

describe('A restart', () => {
  for (const [status, past, step, what] of CUT_OFF) {
    it(`takes a sale that is ${status} forward when its caller can ask again`, () => {
      given(a.requested, ...past)
        .when(a.takenUp, later)
        .yields(a.at(later, a.interrupted))
    })

    it(`rolls a sale that is ${status} back when its caller had no key`, () => {
      const taken = a.at(later, a.interrupted)
      const required = a.at(later, a.required('interrupted', stopped(what)))
      const rest = step === null ? [a.at(later, a.rolledBack)] : []
      given(a.requestedWithoutKey, ...past)
        .when(a.takenUp, later)
        .yields(taken, required, ...rest)
    })

    it(`finds ${step ?? 'nothing'} unanswered in a sale that is ${status}`, () => {
      const { sale } = given(a.requested, ...past, a.interrupted)
      const unanswered = 'unanswered' in sale ? sale.unanswered : []
      assert.deepEqual(unanswered, step === null ? [] : [{ step, lookedUp: false }])
    })
  }

  it('after another one finds nothing new unanswered', () => {
    const { sale } = given(a.requested, a.priced, a.interrupted, a.interrupted)
    assert.ok(sale.status === 'priced')
    assert.deepEqual(sale.unanswered, [{ step: 'deal', lookedUp: false }])
  })

  it('goes on rolling back, with or without a key', () => {
    for (const requested of [a.requested, a.requestedWithoutKey]) {
      given(requested, a.priced, a.dealCreated, a.required('quote'))
        .when(a.takenUp, later)
        .yields(a.at(later, a.interrupted))
      given(requested, a.priced, a.dealCreated, a.required('quote'), a.stuck(a.deal))
        .when(a.takenUp, later)
        .yields(a.at(later, a.interrupted))
    }
  })

  it('takes nothing back that is completed, though its caller had no key', () => {
    given(
      a.requestedWithoutKey,
      a.priced,
      a.unanswered('deal'),
      a.dealCreated,
      a.quoteCreated,
      a.salesOrderCreated,
      a.completed,
    )
      .when(a.takenUp, later)
      .yields(a.at(later, a.interrupted))
  })

  it('has nothing to say of a sale at rest, or of none', () => {
    given().when(a.takenUp).yieldsNothing()
    given(a.requested, a.priced, a.dealCreated, a.quoteCreated, a.salesOrderCreated, a.completed)
      .when(a.takenUp)
      .yieldsNothing()
    given(a.requested, a.required('contact'), a.rolledBack).when(a.takenUp).yieldsNothing()
  })

  it('past the deadline ends the sale as out of time', () => {
    const past = [a.requested, a.priced, a.at(a.atDeadline, a.interrupted)]
    given(...past).waits(a.atDeadline, a.atDeadline)
    given(...past)
      .when(a.timePassed, a.atDeadline)
      .yieldsTypes('CompensationRequired')
  })

  it('counts settle time anew, and looks once at once', () => {
    const past = [a.requested, a.priced, a.unanswered('deal'), a.required('deal')]
    const looked = a.referenceLookedUp('deal', 'first')
    given(...past, looked).waits(later, a.atSettle)
    const { sale } = given(...past, looked, a.at(later, a.interrupted))
    assert.ok(sale.status === 'rollingBack')
    assert.equal(sale.settleFrom, instantOf(later))
    assert.deepEqual(sale.unanswered, [{ step: 'deal', lookedUp: false }])
  })
})

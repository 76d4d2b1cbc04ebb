import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decide } from '../../../src/domain/sale/decide.ts'
import { evolve } from '../../../src/domain/sale/evolve.ts'
import type { CallResult, Outcome } from '../../../src/domain/sale/outcome.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { driven, instantOf, nowAt } from '../../support/time/one-clock.ts'

const withDeal = [a.requested, a.priced, a.dealCreated]
const withQuote = [...withDeal, a.quoteCreated]
const rollingBack = [...withQuote, a.unanswered('salesOrder'), a.required('salesOrder')]
const stuck = [...rollingBack, a.stuck(a.deal, a.quote, a.openAt('salesOrder'))]
const settling = [...withQuote, a.unanswered('salesOrder'), a.salesOrderCreated, a.completed]
const completed = [...withQuote, a.salesOrderCreated, a.completed]
const rolledBack = [a.requested, a.required('contact'), a.rolledBack]

// '+' joins what is written in one append; '-' is nothing to record.
const I = 'SaleInterrupted'
const FAILS = 'CompensationRequired'
const ENDS = 'CompensationRequired+SaleRolledBack'
const UNANSWERED = 'CreateUnanswered'
const DONE = 'SalesOrderCreated+SaleCompleted'
const LOOKED = 'ReferenceLookedUp'
const SETTLED = 'ReferenceLookedUp+SaleSettled'

const REPORTS = [
  a.takenUp,
  a.timePassed,
  a.termsRead(),
  a.termsRead(a.done(null)),
  { type: 'contactRead', contact: a.done(null) },
] as const satisfies Outcome[]

// biome-ignore format: the columns are the point
const REPORTED = [
  //                           taken up, time passed, terms read, no contact, contact gone
  ['absent',       [],                      ['-', '-', '-',          '-',  '-']],
  ['requested',    [a.requested],           [I,   '-', 'SalePriced', ENDS, ENDS]],
  ['priced',       [a.requested, a.priced], [I,   '-', '-',          '-',  ENDS]],
  ['dealCreated',  withDeal,                [I,   '-', '-',          '-',  FAILS]],
  ['quoteCreated', withQuote,               [I,   '-', '-',          '-',  FAILS]],
  ['completed',    settling,                [I,   '-', '-',          '-',  '-']],
  ['completed',    completed,               ['-', '-', '-',          '-',  '-']],
  ['rollingBack',  rollingBack,             [I,   '-', '-',          '-',  '-']],
  ['stuck',        stuck,                   [I,   '-', '-',          '-',  '-']],
  ['rolledBack',   rolledBack,              ['-', '-', '-',          '-',  '-']],
] as const

const CREATES = [
  a.creating('deal', a.done(a.dealId)),
  a.creating('quote', a.done(a.quoteId)),
  a.creating('salesOrder', a.done(a.salesOrderId)),
  a.creating('quote', a.refused),
  a.creating('quote', a.unknown),
  a.creating('quote', a.notSent),
] as const satisfies Outcome[]

// biome-ignore format: the columns are the point
const CREATED = [
  //                           Deal, Quote, Sales Order, Quote refused, unknown, not sent
  ['absent',       [],                      ['-',           '-',            '-',  '-',   '-',   '-']],
  ['requested',    [a.requested],           ['-',           '-',            '-',  '-',   '-',   '-']],
  ['priced',       [a.requested, a.priced], ['DealCreated', '-',            '-',  '-',   '-',   '-']],
  ['dealCreated',  withDeal,                ['-',           'QuoteCreated', '-',  FAILS, UNANSWERED, '-']],
  ['quoteCreated', withQuote,               ['-',           '-',            DONE, '-',   '-',   '-']],
  ['completed',    settling,                ['-',           '-',            '-',  '-',   '-',   '-']],
  ['completed',    completed,               ['-',           '-',            '-',  '-',   '-',   '-']],
  ['rollingBack',  rollingBack,             ['-',           '-',            '-',  '-',   '-',   '-']],
  ['stuck',        stuck,                   ['-',           '-',            '-',  '-',   '-',   '-']],
  ['rolledBack',   rolledBack,              ['-',           '-',            '-',  '-',   '-',   '-']],
] as const

const AFTERMATHS = [
  a.deleting(a.quote),
  a.deleting(a.quote, a.refused),
  a.looking('salesOrder', 'first'),
  a.looking('salesOrder', 'second'),
  a.looking('salesOrder', 'second', a.done([a.salesOrderId])),
  a.looking('salesOrder', 'second', a.unknown),
  a.looking('deal', 'second'),
] as const satisfies Outcome[]

const FOUND = 'SalesOrderCreated+ReferenceLookedUp'

// Nothing is learnt from the delete of a record that did not have to go.
// biome-ignore format: the columns are the point
const CLEARED = [
  //                           deleted, refused, look: first, second, found, failed, answered
  ['absent',       [],                      ['-',            '-', '-',    '-',     '-',     '-', '-']],
  ['requested',    [a.requested],           ['-',            '-', '-',    '-',     '-',     '-', '-']],
  ['priced',       [a.requested, a.priced], ['-',            '-', '-',    '-',     '-',     '-', '-']],
  ['dealCreated',  withDeal,                ['-',            '-', '-',    '-',     '-',     '-', '-']],
  ['quoteCreated', withQuote,               ['-',            '-', '-',    '-',     '-',     '-', '-']],
  ['completed',    settling,                ['-',            '-', LOOKED, SETTLED, SETTLED, '-', '-']],
  ['completed',    completed,               ['-',            '-', '-',    '-',     '-',     '-', '-']],
  ['rollingBack',  rollingBack,             ['QuoteDeleted', '-', LOOKED, LOOKED,  FOUND,   '-', '-']],
  ['stuck',        stuck,                   ['QuoteDeleted', '-', LOOKED, LOOKED,  FOUND,   '-', '-']],
  ['rolledBack',   rolledBack,              ['-',            '-', '-',    '-',     '-',     '-', '-']],
] as const

const WAKES = [
  { type: 'ownerWoke', step: 'deal' },
  { type: 'ownerWoke', step: 'quote' },
  { type: 'ownerWoke', step: 'salesOrder' },
] as const satisfies Outcome[]

const W = 'OwnerWoke'

// biome-ignore format: the columns are the point
const WOKEN = [
  //                           Deal, Quote, Sales Order
  ['absent',       [],                      ['-', '-', '-']],
  ['requested',    [a.requested],           ['-', '-', '-']],
  ['priced',       [a.requested, a.priced], [W,   '-', '-']],
  ['dealCreated',  withDeal,                [W,   W,   '-']],
  ['quoteCreated', withQuote,               [W,   W,   W]],
  ['completed',    settling,                [W,   W,   W]],
  ['completed',    completed,               [W,   W,   W]],
  ['rollingBack',  rollingBack,             [W,   W,   W]],
  ['stuck',        stuck,                   [W,   W,   W]],
  ['rolledBack',   rolledBack,              [W,   W,   W]],
] as const

const TABLES = [
  [REPORTS, REPORTED],
  [WAKES, WOKEN],
  [CREATES, CREATED],
  [AFTERMATHS, CLEARED],
] as const

describe('What an outcome means', () => {
  for (const [outcomes, rows] of TABLES) {
    for (const [status, past, expected] of rows) {
      const sale = driven(a.saleId, past)
      for (const [column, outcome] of outcomes.entries()) {
        const meaning = expected[column]
        it(`${status} + ${describeOutcome(outcome)} = ${meaning}`, () => {
          const { events } = decide(sale, outcome, nowAt(a.now), a.policy)
          assert.equal(sale.status, status)
          assert.equal(events.map(({ type }) => type).join('+') || '-', meaning)
        })
      }
    }
  }
})

describe('A fact', () => {
  it('is never written where it changes nothing', () => {
    for (const [outcomes, rows] of TABLES) {
      for (const [, past] of rows) {
        for (const outcome of outcomes) {
          let sale = driven(a.saleId, past)
          for (const event of decide(sale, outcome, nowAt(a.atStuck), a.policy).events) {
            const after = evolve(sale, event, instantOf(event.at))
            // A completion says what the Sales Order beside it did; a restart may find nothing unanswered, a wake
            // what is unanswered already.
            const isNoted = ['SaleCompleted', 'SaleInterrupted', W].includes(event.type)
            assert.ok(after !== sale || isNoted, event.type)
            sale = after
          }
        }
      }
    }
  })
})

function describeOutcome(outcome: Outcome): string {
  switch (outcome.type) {
    case 'interrupted':
    case 'timePassed':
    case 'roundFailed':
      return outcome.type
    case 'ownerWoke':
      return `${outcome.type} at its ${outcome.step}`
    case 'termsRead':
    case 'contactRead':
      return `${outcome.type} ${isFound(outcome.contact) ? 'found' : 'not found'}`
    case 'lookedUp': {
      const { step, look, result } = outcome
      const found = result.type === 'done' ? `${result.value.length} found` : result.type
      return `${step} ${look} look ${found}`
    }
    default:
      return `${outcome.step} ${outcome.type} ${outcome.result.type}`
  }
}

function isFound(contact: CallResult<unknown>): boolean {
  return contact.type === 'done' && contact.value !== null
}

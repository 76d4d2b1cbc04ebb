import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isAtRest, isReportedStuck } from '../../../src/domain/sale/aftermath.ts'
import { answer } from '../../../src/domain/sale/answer.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import type { CreateStep } from '../../../src/domain/sale/steps.ts'
import { plusMs } from '../../../src/domain/time.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { given } from './given.ts'

const woke: SaleEvent = a.woke('quote')
const awake = (step: CreateStep) => ({ type: 'ownerWoke', step }) as const
const withDeal = [a.requested, a.priced, a.dealCreated]
const withQuote = [...withDeal, a.quoteCreated]
const completed = [...withQuote, a.salesOrderCreated, a.completed]
const settled = [
  ...[...withQuote, a.interrupted, a.salesOrderCreated, a.completed],
  ...[a.referenceLookedUp('salesOrder', 'second'), a.settled],
]
const rollingBack = [...withDeal, a.interrupted, a.required('interrupted')]
const stuck = [...rollingBack, a.stuck(a.deal, a.openAt('quote'))]
const cleared = [...rollingBack, a.dealDeleted, a.referenceLookedUp('quote', 'first')]
const rolledBack = [...cleared, a.referenceLookedUp('quote', 'second'), a.rolledBack]

const PAST_IT: Readonly<Record<string, readonly SaleEvent[]>> = {
  'goes forward': withQuote,
  'is completed': completed,
  'is completed and settled': settled,
  'is being rolled back': rollingBack,
  'is stuck': stuck,
  'is cleared, and waits for its second look': cleared,
  'is rolled back': rolledBack,
}

const wokeAt = plusMs(a.now, 10 * a.policy.settleMs)
const settledAt = plusMs(wokeAt, a.policy.settleMs)
const second = {
  type: 'lookUp',
  step: 'quote',
  reference: `${a.saleId}:quote`,
  look: 'second',
} as const
const quoteFound: SaleEvent = { type: 'QuoteCreated', at: a.now, data: { quoteId: a.strangerId } }
const quoteGone: SaleEvent = { type: 'QuoteDeleted', at: a.now, data: { quoteId: a.strangerId } }

describe('A former owner that wakes', () => {
  for (const [name, past] of Object.entries(PAST_IT)) {
    it(`opens its step again in a sale that ${name}`, () => {
      given(...past)
        .when(awake('quote'))
        .yields(woke)
      const { sale } = given(...past, woke)
      assert.ok('unanswered' in sale)
      assert.deepEqual(
        sale.unanswered.find(({ step }) => step === 'quote'),
        { step: 'quote', lookedUp: false },
      )
      assert.ok(!isAtRest(sale))
    })

    it(`changes no answer of a sale that ${name}`, () => {
      const { sale: before } = given(...past)
      assert.equal(answer(given(...past, woke).sale).type, answer(before).type)
    })

    it(`is recorded once more of a sale that ${name}`, () => {
      given(...past, woke)
        .when(awake('quote'))
        .yields(woke)
    })
  }

  it('is recorded for the create that is due, and for those before it only', () => {
    given(...withDeal)
      .when(awake('deal'))
      .yields(a.woke('deal'))
    given(...withDeal)
      .when(awake('quote'))
      .yields(woke)
    given(...withDeal)
      .when(awake('salesOrder'))
      .yieldsNothing()
  })

  it('has sent nothing for a sale that was never priced', () => {
    given().when(awake('deal')).yieldsNothing()
    given(a.requested).when(awake('deal')).yieldsNothing()
  })

  it('holds up no sale that goes forward', () => {
    const { due } = given(...withDeal, a.woke('deal'))
    const next = due(a.now)
    assert.equal(next.type === 'perform' && next.effects[0].type, 'create')
  })

  it('is looked for at once in a sale that was rolled back, and again after settle time', () => {
    const again = [...rolledBack, a.at(wokeAt, woke)]
    given(...again).performs(wokeAt, { ...second, look: 'first' })
    const looked = [...again, a.referenceLookedUp('quote', 'first')]
    given(...looked).waits(wokeAt, settledAt)
    given(...looked).performs(settledAt, second)
  })

  it('is looked for in a settled sale after settle time only', () => {
    given(...settled, a.at(wokeAt, woke)).waits(wokeAt, settledAt)
    given(...settled, a.at(wokeAt, woke)).performs(settledAt, second)
  })

  it('begins settle time anew each time', () => {
    const earlier = a.at(plusMs(wokeAt, -1_000), woke)
    for (const past of [rolledBack, settled]) {
      given(...past, earlier, a.at(wokeAt, woke), a.referenceLookedUp('quote', 'first')).waits(
        wokeAt,
        settledAt,
      )
    }
  })

  it('leads to a second end of a rollback, without anything to delete or with it', () => {
    given(...rolledBack, woke)
      .when(a.looking('quote', 'second'))
      .yields(a.referenceLookedUp('quote', 'second'), a.rolledBack)
    const found = [quoteFound, a.referenceLookedUp('quote', 'second', 1)]
    given(...rolledBack, woke)
      .when(a.looking('quote', 'second', a.done([a.strangerId])))
      .yields(quoteFound, a.referenceLookedUp('quote', 'second', 1))
    given(...rolledBack, woke, ...found)
      .when(a.deleting({ step: 'quote', id: a.strangerId }))
      .yields(quoteGone, a.rolledBack)
  })

  it('takes nothing of its own from a completed sale', () => {
    const ids = a.done([a.quoteId, a.strangerId])
    given(...completed, woke)
      .when(a.looking('quote', 'second', ids))
      .yields(quoteFound, a.referenceLookedUp('quote', 'second', 1))
    given(...completed, woke)
      .when(a.looking('quote', 'second', a.done([a.quoteId])))
      .yields(a.referenceLookedUp('quote', 'second'), a.settled)
  })
})

describe('A person, after a former owner woke,', () => {
  const failing = a.failing(a.looking('quote', 'second', a.unknown))
  const leftOver = 'the search for it did not succeed: no answer'

  it('is asked to look at a sale that was rolled back when it cannot be cleared again', () => {
    given(...rolledBack, woke)
      .when(failing, a.atStuck)
      .yields(a.at(a.atStuck, a.stuck(...a.because(leftOver, a.openAt('quote')))))
  })

  it('is asked once more about a sale that was stuck already, and only once', () => {
    given(...stuck)
      .when(failing, a.atStuck)
      .yieldsNothing()
    given(...stuck, woke)
      .when(failing, a.atStuck)
      .yieldsTypes('SaleStuck')
    given(...stuck, woke, a.stuck(a.deal))
      .when(failing, a.atStuck)
      .yieldsNothing()
  })

  it('goes on being asked about a stuck sale until that ends', () => {
    assert.ok(isReportedStuck(given(...stuck, woke).sale))
    const ended = [a.dealDeleted, a.referenceLookedUp('quote', 'second'), a.rolledBack]
    assert.ok(!isReportedStuck(given(...stuck, ...ended, woke).sale))
  })

  it('is not asked any more about a sale that is settled', () => {
    const past = [...withQuote, a.interrupted, a.salesOrderCreated, a.completed]
    const reported = [...past, a.stuck(a.openAt('salesOrder'))]
    assert.ok(isReportedStuck(given(...reported).sale))
    const ended = [a.referenceLookedUp('salesOrder', 'second'), a.settled]
    assert.ok(!isReportedStuck(given(...reported, ...ended, woke).sale))
  })
})

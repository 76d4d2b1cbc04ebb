import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  advance,
  pathFrom,
  type SalePath,
  whyUnfinished,
} from '../../../src/application/verify/legal-path.ts'
import type { CrmId } from '../../../src/domain/ids.ts'
import { decide } from '../../../src/domain/sale/decide.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { takeUp } from '../../../src/domain/sale/evolve.ts'
import { initialSale } from '../../../src/domain/sale/state.ts'
import { instantAt } from '../../../src/domain/time.ts'
import { search } from '../../domain/sale/search/breadth-first.ts'
import { type CrmKind, firstWorld, type World } from '../../domain/sale/search/sale-model.ts'
import { driverMoves, otherMoves, requested } from '../../domain/sale/search/sale-moves.ts'
import { right } from '../../domain/sale/search/sale-mutants.ts'
import { countOf } from '../../support/counts.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { driven, nowAt } from '../../support/time/one-clock.ts'

const LOGS = countOf('LEGAL_LOGS')
const MOVES_MAX = 60

/** The share of the logs without one of their events in which the gap is found. */
const FOUND_SHARE_MIN = 0.65

/** Creates that each kind of CRM holds back at one time. */
const HELD_BACK_MAX = { late: 0, odd: 0, strict: 1, lenient: 1 } as const satisfies Record<
  CrmKind,
  number
>

/** The kinds of CRM. The first two have every event between them, and are cheap to search. */
const CRMS = (Object.entries(HELD_BACK_MAX) as [CrmKind, number][]).slice(0, countOf('LEGAL_CRMS'))

const begin = pathFrom(initialSale(a.saleId))

/** What is wrong with a log of these events; `undefined` for what is right. */
function judge(events: readonly SaleEvent[], from = begin) {
  let path: SalePath = from
  for (const [index, event] of events.entries()) {
    path = advance(path, event)
    if (path.whyIllegal !== undefined) {
      return { illegal: `${index + 1} ${event.type}: ${path.whyIllegal}`, unfinished: undefined }
    }
  }
  return { illegal: undefined, unfinished: whyUnfinished(path) }
}

/** The first event that is not legal, and why; `undefined` when all are. */
function illegalIn(events: readonly SaleEvent[]): string | undefined {
  return judge(events).illegal
}

/** Why a log cannot end with these events, of which each is legal. */
function unfinishedIn(events: readonly SaleEvent[]): string | undefined {
  return judge(events).unfinished
}

/** A sequence of numbers below 1 that is the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

/** The log of one sale: a random walk through the model, with or without a key. */
function logOf(seed: number): readonly SaleEvent[] {
  const random = chance(seed)
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  const idempotent = random() < 0.5
  const kind = pick(['lenient', 'strict', 'odd', 'late'] satisfies CrmKind[]) ?? 'odd'
  const first = { ...a.requested, data: { ...a.requested.data, idempotent } }
  const events: SaleEvent[] = [first]
  let world: World = firstWorld(requested(right, idempotent), kind, 2)
  for (let moves = 0; moves < MOVES_MAX; moves += 1) {
    const driven = driverMoves(right, world)
    const move = random() < 0.85 ? pick(driven) : pick(otherMoves(right, world))
    if (move === undefined) break
    events.push(...move.events)
    world = move.to
  }
  return events
}

const stranger = { type: 'DealCreated', at: a.now, data: { dealId: a.strangerId } } as const
const forward = [a.requested, a.priced, a.dealCreated, a.quoteCreated] as const
const sold = [...forward, a.salesOrderCreated, a.completed] as const
const failed = [a.requested, a.priced, a.dealCreated, a.required('quote')] as const
const named = a.named('deal', a.strangerId)
const open = [a.requested, a.priced, a.unanswered('deal'), a.required('deal')] as const

const rolledBack = [...failed, a.dealDeleted, a.rolledBack] as const

describe('The legal path of a sale', () => {
  for (const [crm, heldBackMax] of CRMS) {
    it(`takes every event that decide writes in any state, before a CRM that is ${crm}`, () => {
      const illegal: string[] = []
      const checked: typeof decide = (sale, ...rest) => {
        const decided = decide(sale, ...rest)
        const { illegal: one, unfinished } = judge(decided.events, pathFrom(sale))
        const why = one ?? unfinished
        if (why !== undefined) illegal.push(`${sale.status}: ${why}`)
        return decided
      }
      const { transitions } = search({ ...right, decide: checked }, crm, heldBackMax)
      assert.deepEqual([...new Set(illegal)], [])
      assert.ok(transitions > 10_000)
    })
  }

  it('takes whole logs, and of those that were changed all that no sale could have', (test) => {
    const counts = { logs: 0, events: 0, repeated: 0, missing: 0, found: 0 }
    for (let seed = 1; seed <= LOGS; seed += 1) {
      const events = logOf(seed)
      assert.equal(illegalIn(events), undefined, `seed ${seed}`)
      counts.logs += 1
      counts.events += events.length
      for (const [index, event] of events.entries()) {
        const twice = [...events.slice(0, index + 1), ...events.slice(index)]
        if (!REPEATABLE.has(event.type)) {
          counts.repeated += 1
          assert.notEqual(illegalIn(twice), undefined, `seed ${seed}: ${event.type} twice`)
        }
        if (index === events.length - 1) continue
        // A sale can have some of these logs. Their gaps are found by the chain of hashes.
        counts.missing += 1
        if (illegalIn(events.filter((other) => other !== event)) !== undefined) counts.found += 1
      }
    }
    test.diagnostic(JSON.stringify(counts))
    assert.ok(counts.found > counts.missing * FOUND_SHARE_MIN)
  })

  // What is not legal, the events before it, and the event.
  const ILLEGAL: readonly (readonly [string, readonly SaleEvent[], SaleEvent])[] = [
    ['anything before the request', [], a.priced],
    ['a second request', [a.requested], a.requested],
    ['a completion without a Sales Order', forward, a.completed],
    ['a Sales Order without a completion', [...forward, a.salesOrderCreated], a.interrupted],
    ['a Deal before the terms', [a.requested], a.dealCreated],
    ['a Quote before the Deal', [a.requested, a.priced], a.quoteCreated],
    ['a create after the sale is at rest', sold, stranger],
    ['a decision after the completion', sold, a.required('salesOrder')],
    ['a second decision', failed, a.required('quote')],
    ['a delete of what is not known', failed, { ...a.dealDeleted, data: { dealId: a.strangerId } }],
    ['a delete under another step', failed, { ...a.quoteDeleted, data: { quoteId: a.dealId } }],
    ['a delete before the decision', forward, a.dealDeleted],
    ['the Deal deleted before the Quote', [...forward, a.required('salesOrder')], a.dealDeleted],
    ['rolled back with a record left', failed, a.rolledBack],
    ['rolled back without a second look', open, a.rolledBack],
    [
      'rolled back after a first look',
      [...open, a.referenceLookedUp('deal', 'first')],
      a.rolledBack,
    ],
    ['settled when it failed', open, a.settled],
    ['settled when nothing was open', sold, a.settled],
    ['cleared and not said', [...failed, a.dealDeleted], a.interrupted],
    ['a look at a step that is not open', failed, a.referenceLookedUp('quote', 'first')],
    ['a look that found what is not told', open, a.referenceLookedUp('deal', 'first', 1)],
    ['a find without its look', [...open, stranger], a.interrupted],
    ['stuck with other leftovers', failed, a.stuck(a.quote)],
    ['a wake at a create that is not due', [a.requested, a.priced], a.woke('quote')],
    ['a wake before the terms', [a.requested], a.woke('deal')],
    ['rolled back again without a look', [...rolledBack, a.woke('quote')], a.rolledBack],
    ['rolled back twice without a wake', rolledBack, a.rolledBack],
    ['settled again without a look', [...sold, a.woke('quote')], a.settled],
    ['stuck twice', [...failed, a.stuck(a.deal)], a.stuck(a.deal)],
    ['a name for a step that is not due', [a.requested, a.priced], a.named('quote', a.quoteId)],
    ['a name that is known', [...open.slice(0, 3), named], named],
    ['a name after the decision', open, named],
    [
      'rolled back with a named record left',
      [...open.slice(0, 3), named, a.required('deal')],
      a.rolledBack,
    ],
    ['unanswered what is not due', [a.requested, a.priced], a.unanswered('quote')],
    ['a failure of what is not due', [a.requested, a.priced], a.required('salesOrder')],
    ['a failed read after the terms', [a.requested, a.priced], a.required('products')],
    [
      'an interruption that ends a sale with a key, and no look-ups',
      [a.requested, a.interrupted, a.required('interrupted')],
      a.rolledBack,
    ],
    [
      'an interruption without a key that goes on',
      [a.requestedWithoutKey, a.interrupted],
      a.priced,
    ],
  ]
  for (const [what, past, event] of ILLEGAL) {
    it(`does not have ${what}`, () => {
      assert.equal(illegalIn(past), undefined)
      assert.notEqual(illegalIn([...past, event]), undefined)
    })
  }

  it('takes a sale that a former owner opens again, and its second end', () => {
    const quote = { type: 'QuoteCreated', at: a.now, data: { quoteId: a.strangerId } } as const
    const quoteGone = { ...quote, type: 'QuoteDeleted' } as const
    const found = [quote, a.referenceLookedUp('quote', 'second', 1), quoteGone]
    const again = [...rolledBack, a.woke('quote'), a.interrupted, ...found, a.rolledBack]
    assert.equal(illegalIn(again), undefined)
    assert.equal(unfinishedIn(again), undefined)
    const settled = [...sold, a.woke('quote'), a.woke('quote'), ...found, a.settled]
    assert.equal(illegalIn(settled), undefined)
    assert.equal(unfinishedIn(settled), undefined)
    const stuckAgain = [
      ...[...failed, a.stuck(a.deal), a.woke('quote')],
      ...[a.stuck(a.deal, a.openAt('quote')), a.woke('deal')],
    ]
    assert.equal(illegalIn(stuckAgain), undefined)
  })

  it('ends with an interruption that ends a sale with a key only where a copy has nothing to look for', () => {
    const ended = [a.interrupted, a.required('interrupted')]
    const missing = 'CreateUnanswered is missing after its last event'
    assert.equal(unfinishedIn([a.requested, ...ended]), missing)
    assert.equal(unfinishedIn([...forward.slice(0, 3), ...ended]), missing)
    assert.equal(unfinishedIn([...forward, ...ended]), undefined)
  })

  for (const first of [a.requested, a.requestedWithoutKey]) {
    const key = first.data.idempotent ? 'with a key' : 'without a key'

    it(`takes a sale ${key} that was taken up from a copy, wherever it was`, () => {
      for (let length = 1; length <= forward.length; length += 1) {
        const past = [first, ...forward.slice(1, length)]
        const outcome = { type: 'interrupted', fromCopy: true } as const
        const decided = decide(driven(a.saleId, past), outcome, nowAt(a.now), a.policy)
        const events = [...past, ...decided.events]
        assert.equal(illegalIn(events), undefined)
        assert.equal(unfinishedIn(events), undefined)
      }
    })
  }

  it('goes on after what is not legal, and judges the rest', () => {
    const path = [a.requested, a.completed, a.priced].reduce(advance, begin)
    assert.deepEqual(path.sale, takeUp(a.saleId, [a.requested, a.priced], instantAt(0)))
    const after = advance(path, a.dealCreated)
    assert.equal(after.whyIllegal, undefined)
    const other = { ...a.dealCreated, data: { dealId: '7' as CrmId } }
    assert.notEqual(advance(after, other).whyIllegal, undefined)
  })
})

/** Types that may come twice in a row: another crash, another wake, another look that found nothing. */
const REPEATABLE = new Set<SaleEvent['type']>(['SaleInterrupted', 'OwnerWoke', 'ReferenceLookedUp'])

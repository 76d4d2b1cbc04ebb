import type { CrmId } from '../../../../src/domain/ids.ts'
import type { Effect } from '../../../../src/domain/sale/effect.ts'
import type { SaleEvent } from '../../../../src/domain/sale/events.ts'
import type { CallResult, Outcome, SaleContact } from '../../../../src/domain/sale/outcome.ts'
import type { SalePolicy } from '../../../../src/domain/sale/policy.ts'
import { referenceOf } from '../../../../src/domain/sale/reference.ts'
import type { Sale } from '../../../../src/domain/sale/state.ts'
import { CREATE_STEPS, type CreateStep, type CrmRecord } from '../../../../src/domain/sale/steps.ts'
import type { EpochMs } from '../../../../src/domain/time.ts'
import * as a from '../../../support/examples/sale-examples.ts'

// One sale and the CRM it is made in, small enough that all that can become of them is visited.
// Time goes in ticks, and a tick may pass at any moment. `now` stands still and the past recedes:
// two worlds that differ only in what no policy looks at are one, so that the number of worlds is
// finite although the number of crashes, attempts and failing calls is not.

export const TICK_MS = 1_000
const SETTLE_TICKS = 2
const STUCK_AFTER_TICKS = 1
/** An instant further back than this is as good as this one: no time in the policy is longer. */
const AGE_TICKS_MAX = SETTLE_TICKS + STUCK_AFTER_TICKS

export const modelPolicy: SalePolicy = {
  deadlineMs: 2 * TICK_MS,
  settleMs: SETTLE_TICKS * TICK_MS,
  stuckAfterMs: STUCK_AFTER_TICKS * TICK_MS,
  closingDays: 30,
}

/** `strict` refuses to delete a record that a live one points at; `lenient` deletes it. */
export type CrmKind = 'lenient' | 'strict'

/** A record that was sent without its reference: the CRM sees no duplicate, and no look finds it. */
type Unmarked = { readonly unmarked?: true }

type LiveRecord = CrmRecord & Unmarked

/** A create that was not applied when its time-out came. It may still be, or never. */
type HeldBack = { readonly step: CreateStep; readonly ageTicks: number } & Unmarked

/** What the events said, kept beside the state, so that a faulty `evolve` cannot hide it. */
type Told = {
  readonly decision: 'none' | 'completed' | 'compensated'
  /** The ids recorded before the decision: after a completion, the sale's own. */
  readonly own: readonly CrmRecord[]
  readonly stuck: boolean
}

export type World = {
  readonly crm: CrmKind
  readonly heldBackMax: number
  readonly sale: Sale
  readonly told: Told
  readonly live: readonly LiveRecord[]
  readonly heldBack: readonly HeldBack[]
  /** What came of the call that is under way, before anybody recorded it. */
  readonly pending: Outcome | null
  /** Effects of this round that came to nothing. The next tick begins a new round. */
  readonly tried: number
  /** The addresses are not in the log: a restart forgets them. */
  readonly addressesAtHand: boolean
}

export function firstWorld(sale: Sale, crm: CrmKind, heldBackMax: number): World {
  const told = { decision: 'none', own: [], stuck: false } as const
  const nothing = { live: [], heldBack: [], pending: null, tried: 0 }
  return { crm, heldBackMax, sale, told, ...nothing, addressesAtHand: false }
}

/** One way in which a call ends: its name, and what it changes. */
export type Fate = readonly [name: string, change: Partial<World> & { readonly pending: Outcome }]

/**
 * Every way in which the call can end, the good one first.
 *
 * @param adoptsUnread the id that comes with a duplicate is believed before a read shows the record
 */
export function fates(world: World, effect: Effect, adoptsUnread: boolean): readonly Fate[] {
  switch (effect.type) {
    case 'readTerms': {
      const products = a.done([a.product])
      return contactReads.map(([name, contact]) => {
        return [name, { pending: { type: 'termsRead', contact, products } }]
      })
    }
    case 'readContact':
      return contactReads.map(([name, contact]) => [
        name,
        { pending: { type: 'contactRead', contact } },
      ])
    case 'create':
      return createFates(world, effect.draft, adoptsUnread)
    case 'delete':
      return deleteFates(world, effect)
    case 'lookUp': {
      const { step, look } = effect
      const found = world.live.filter((record) => record.step === step && !record.unmarked)
      const ids = found.map(({ id }) => id)
      return [
        ['answered', { pending: { type: 'lookedUp', step, look, result: a.done(ids) } }],
        ['not answered', { pending: { type: 'lookedUp', step, look, result: a.unknown } }],
      ]
    }
  }
}

const contactReads: readonly (readonly [string, CallResult<SaleContact | null>])[] = [
  ['read', a.done({ accountId: a.accountId })],
  ['gone', a.done(null)],
  ['not answered', a.unknown],
]

function createFates(
  world: World,
  { step, reference }: { readonly step: CreateStep; readonly reference: string },
  adoptsUnread: boolean,
): readonly Fate[] {
  const pending = (result: CallResult<CrmId>) => ({ type: 'created', step, result }) as const
  const mark = reference === referenceOf(a.saleId, step) ? {} : ({ unmarked: true } as const)
  const holder = holderOf(world, step, mark)
  const made = holder ?? { step, id: freshId(world, step), ...mark }
  const live = holder === undefined ? [...world.live, made] : world.live
  const heldBack = [...world.heldBack, { step, ageTicks: 0, ...mark }]
  const inBin = adoptsUnread ? a.done(freshId(world, step)) : a.unknown
  const sure: readonly Fate[] = [
    [
      holder === undefined ? 'done' : 'duplicate, adopted',
      { pending: pending(a.done(made.id)), live },
    ],
    ['done or duplicate, not answered', { pending: pending(a.unknown), live }],
    ['refused', { pending: pending(a.refused) }],
    ['not sent', { pending: pending(a.notSent) }],
    ['lost', { pending: pending(a.unknown) }],
    ['duplicate of a record in the bin', { pending: pending(inBin) }],
  ]
  return world.heldBack.length < world.heldBackMax
    ? [...sure, ['held back', { pending: pending(a.unknown), heldBack }]]
    : sure
}

/** The live record that keeps the unique field from being used again. */
function holderOf({ live }: World, step: CreateStep, { unmarked }: Unmarked) {
  if (unmarked) return undefined
  return live.find((record) => record.step === step && !record.unmarked)
}

function deleteFates(world: World, effect: Effect & { readonly type: 'delete' }): readonly Fate[] {
  const { step, id } = effect
  const pending = (result: CallResult<void>) => ({ type: 'deleted', step, id, result }) as const
  const failures: readonly Fate[] = [
    ['refused', { pending: pending(a.refused) }],
    ['not sent', { pending: pending(a.notSent) }],
    ['not answered', { pending: pending(a.unknown) }],
  ]
  const below = CREATE_STEPS.slice(CREATE_STEPS.indexOf(step) + 1)
  const isReferenced = world.live.some((record) => below.includes(record.step))
  if (world.crm === 'strict' && isReferenced) return failures
  const live = world.live.filter((record) => record.id !== id)
  return [
    ['done', { pending: pending(a.done(undefined)), live }],
    ...failures,
    ['done, not answered', { pending: pending(a.unknown), live }],
  ]
}

/** The CRM comes round to a create that it held back, and checks its unique field only then. */
export function applyLate(world: World, late: HeldBack): World {
  const heldBack = world.heldBack.filter((other) => other !== late)
  const { ageTicks: _, ...asSent } = late
  if (holderOf(world, late.step, late) !== undefined) return { ...world, heldBack }
  const made = { ...asSent, id: freshId(world, late.step) }
  return { ...world, heldBack, live: [...world.live, made] }
}

/** What is held back for longer than settle time is never applied: so much is assumed of Zoho. */
export function tick(world: World): World {
  const heldBack = world.heldBack
    .map((late) => ({ ...late, ageTicks: late.ageTicks + 1 }))
    .filter(({ ageTicks }) => ageTicks < SETTLE_TICKS)
  return { ...world, sale: aged(world.sale, TICK_MS), heldBack, tried: 0 }
}

const agedSales = new WeakMap<Sale, Map<number, Sale>>()

/** The same sale `byMs` later, without what makes no difference to what is done about it. */
export function aged(sale: Sale, byMs: number): Sale {
  const known = agedSales.get(sale) ?? new Map<number, Sale>()
  agedSales.set(sale, known)
  const older = known.get(byMs) ?? olderBy(sale, byMs)
  known.set(byMs, older)
  return older
}

function olderBy(sale: Sale, byMs: number): Sale {
  const later = (at: EpochMs) =>
    (a.now - Math.min(Math.max(a.now - at + byMs, 0), AGE_TICKS_MAX * TICK_MS)) as EpochMs
  switch (sale.status) {
    case 'absent':
      return sale
    case 'completed':
      return { ...sale, ...ANY_REQUEST, endedAt: a.now, settleFrom: later(sale.settleFrom) }
    case 'rollingBack':
    case 'stuck':
      return { ...sale, ...ANY_REQUEST, ...ANY_FAILURE, settleFrom: later(sale.settleFrom) }
    case 'rolledBack':
      return { ...sale, ...ANY_REQUEST, ...ANY_FAILURE, endedAt: a.now }
    default: {
      const older = { ...sale, requestedAt: later(sale.requestedAt) }
      return remembersAnEvent(older) ? { ...older, ...{ lastAt: later(older.lastAt) } } : older
    }
  }
}

/** A faulty domain may count from an instant that the right one does not keep. */
function remembersAnEvent<Some extends Sale>(sale: Some): sale is Some & { lastAt: EpochMs } {
  return 'lastAt' in sale
}

const ANY_REQUEST = { idempotent: true, requestedAt: a.now }
const ANY_FAILURE = {
  failure: { step: 'deal', reason: 'any' },
  firstIds: { deal: null, quote: null, salesOrder: null },
} as const

export function tell(told: Told, event: SaleEvent): Told {
  const own = (step: CreateStep, id: CrmId): Told =>
    told.decision === 'none' ? { ...told, own: [...told.own, { step, id }] } : told
  switch (event.type) {
    case 'DealCreated':
      return own('deal', event.data.dealId)
    case 'QuoteCreated':
      return own('quote', event.data.quoteId)
    case 'SalesOrderCreated':
      return own('salesOrder', event.data.salesOrderId)
    case 'SaleCompleted':
      return { ...told, decision: 'completed' }
    case 'CompensationRequired':
      return { ...told, decision: 'compensated', own: [] }
    case 'SaleStuck':
      return { ...told, stuck: true }
    default:
      return told
  }
}

/** The order in which records and requests came about is nothing that anybody can see. */
export function sorted(world: World): World {
  const live = world.live.toSorted((x, y) => x.id.localeCompare(y.id))
  const heldBack = world.heldBack.toSorted(
    (x, y) => x.step.localeCompare(y.step) || x.ageTicks - y.ageTicks,
  )
  return { ...world, live, heldBack }
}

/** The lowest number of the step that nothing mentions: the ids of what is forgotten come again. */
function freshId({ sale, live, told }: World, step: CreateStep): CrmId {
  const mentioned = JSON.stringify([sale, live, told])
  let id = 100 * (CREATE_STEPS.indexOf(step) + 1)
  while (mentioned.includes(`"${id}"`)) id += 1
  return `${id}` as CrmId
}

import type { CrmId } from '../../../../src/domain/ids.ts'
import type { Effect } from '../../../../src/domain/sale/effect.ts'
import type { SaleEvent } from '../../../../src/domain/sale/events.ts'
import type { CallResult, Outcome, SaleContact } from '../../../../src/domain/sale/outcome.ts'
import type { SalePolicy } from '../../../../src/domain/sale/policy.ts'
import { referenceOf } from '../../../../src/domain/sale/reference.ts'
import type { Sale } from '../../../../src/domain/sale/state.ts'
import { CREATE_STEPS, type CreateStep, type CrmRecord } from '../../../../src/domain/sale/steps.ts'
import { type EpochMs, type Instant, msBetween, plusMs } from '../../../../src/domain/time.ts'
import * as a from '../../../support/examples/sale-examples.ts'
import { instantOf, nowAt } from '../../../support/time/one-clock.ts'

// One sale and the CRM it is made in, small enough that all that can become of them is visited.
// Time goes in ticks, and a tick may pass at any moment. `now` stands still and the past recedes:
// two worlds that differ only in what no policy looks at are one, so that the number of worlds is
// finite although the number of crashes, attempts and failing calls is not.

/** It stands still: see above. */
export const NOW = nowAt(a.now)

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

/**
 * `strict` refuses to delete a record that a live one points at; `lenient` deletes it. `odd` is a
 * lenient one that also names what it does not show, and refuses in words that nobody knows. `late` is a
 * strict one with few faults of its own: an owner is stopped before its create of a Quote, which comes when it
 * wakes. The other steps, and all the faults of a lenient one, were searched as well when this was written,
 * and nothing was found (741,000 worlds).
 */
export type CrmKind = 'lenient' | 'strict' | 'odd' | 'late'

/** How calls end before a CRM that is `late`. */
const FEW_FATES = new Set([
  'done',
  'duplicate, adopted',
  'read',
  'answered',
  'refused',
  'not answered',
])

/** A record that was sent without its reference: the CRM sees no duplicate, and no look finds it. */
type Unmarked = { readonly unmarked?: true }

/** `hidden`: no read and no look shows it, so that only an answer that names it tells of it. */
type LiveRecord = CrmRecord & Unmarked & { readonly hidden?: true }

/** A create that was not applied when its time-out came. It may still be, or never. */
type HeldBack = { readonly step: CreateStep; readonly ageTicks: number } & Unmarked

/** What the events said, kept beside the state, so that a faulty `evolve` cannot hide it. */
type Told = {
  readonly decision: 'none' | 'completed' | 'compensated'
  /** The ids recorded before the decision: after a completion, the sale's own. */
  readonly own: readonly CrmRecord[]
  readonly stuck: boolean
  /** Records that were named, and neither shown nor deleted since. */
  readonly named: readonly CrmRecord[]
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
  /** What was read of the contact is not in the log: a restart forgets it. */
  readonly contactRead: boolean
  /** Owners that may still be stopped in the middle of the sale. */
  readonly stopsLeft: number
  /** The create of an owner that was stopped before it sent it, after which another took the sale over. */
  readonly asleepAt: CreateStep | null
}

export function firstWorld(sale: Sale, crm: CrmKind, heldBackMax: number): World {
  const told = { decision: 'none', own: [], stuck: false, named: [] } as const
  const nothing = { live: [], heldBack: [], pending: null, tried: 0 }
  const stopsLeft = crm === 'late' ? 1 : 0
  const owner = { contactRead: false, stopsLeft, asleepAt: null }
  return { crm, heldBackMax, sale, told, ...nothing, ...owner }
}

/** One way in which a call ends: its name, and what it changes. */
export type Fate = readonly [name: string, change: Partial<World> & { readonly pending: Outcome }]

/** What a faulty client of the CRM believes. */
export type Beliefs = {
  /** The id that comes with a duplicate is the record's, before a read has shown it. */
  readonly adoptsUnread?: true
  /** A record that no read shows is not there, though it was only ever named. */
  readonly trustsEmptyReads?: true
}

/** Every way in which the call can end, the good one first. */
export function fates(world: World, effect: Effect, beliefs: Beliefs): readonly Fate[] {
  const all = allFates(world, effect, beliefs)
  return world.crm === 'late' ? all.filter(([name]) => FEW_FATES.has(name)) : all
}

function allFates(world: World, effect: Effect, beliefs: Beliefs): readonly Fate[] {
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
      return createFates(world, effect.draft, beliefs)
    case 'delete':
      return deleteFates(world, effect, beliefs)
    case 'lookUp': {
      return lookFates(world, effect)
    }
  }
}

function lookFates(
  world: World,
  { step, look }: Effect & { readonly type: 'lookUp' },
): readonly Fate[] {
  const answered = (live: World['live']) => {
    const found = live.filter((one) => one.step === step && !one.unmarked && !one.hidden)
    return { type: 'lookedUp', step, look, result: a.done(found.map(({ id }) => id)) } as const
  }
  const shown = world.live.map((record) => (record.step === step ? unhidden(record) : record))
  const isHidden = world.live.some((record) => record.step === step && record.hidden)
  return [
    ['answered', { pending: answered(world.live) }],
    ['not answered', { pending: { type: 'lookedUp', step, look, result: a.unknown } }],
    ...(isHidden
      ? [['shows what was hidden', { pending: answered(shown), live: shown }] as const]
      : []),
  ]
}

function unhidden({ hidden: _, ...record }: LiveRecord): LiveRecord {
  return record
}

const contactReads: readonly (readonly [string, CallResult<SaleContact | null>])[] = [
  ['read', a.done({ accountId: a.accountId })],
  ['gone', a.done(null)],
  ['not answered', a.unknown],
]

function createFates(
  world: World,
  { step, reference }: { readonly step: CreateStep; readonly reference: string },
  beliefs: Beliefs,
): readonly Fate[] {
  const pending = (result: CallResult<CrmId>) => ({ type: 'created', step, result }) as const
  const mark = reference === referenceOf(a.saleId, step) ? {} : ({ unmarked: true } as const)
  const holder = holderOf(world, step, mark)
  const made = holder ?? { step, id: freshId(world, step), ...mark }
  const live =
    holder === undefined
      ? [...world.live, made]
      : world.live.map((record) => (record === holder ? unhidden(record) : record))
  const unseen = holder === undefined ? live : world.live
  const heldBack = [...world.heldBack, { step, ageTicks: 0, ...mark }]
  const inBin = beliefs.adoptsUnread ? a.done(freshId(world, step)) : a.unknown
  const sure: readonly Fate[] = [
    [
      holder === undefined ? 'done' : 'duplicate, adopted',
      { pending: pending(a.done(made.id)), live },
    ],
    ['done or duplicate, not answered', { pending: pending(a.unknown), live: unseen }],
    ['refused', { pending: pending(a.refused) }],
    ['not sent', { pending: pending(a.notSent) }],
    ['lost', { pending: pending(a.unknown) }],
    ['duplicate of a record in the bin', { pending: pending(inBin) }],
  ]
  const odd = world.crm === 'odd' ? oddCreateFates(world, step, mark, beliefs) : []
  return world.heldBack.length < world.heldBackMax
    ? [...sure, ...odd, ['held back', { pending: pending(a.unknown), heldBack }]]
    : [...sure, ...odd]
}

/** One record at a time is named unseen at most: in the bin, or hidden from every read and look. */
function oddCreateFates(
  world: World,
  step: CreateStep,
  mark: Unmarked,
  { adoptsUnread }: Beliefs,
): readonly Fate[] {
  const pending = (result: CallResult<CrmId>) => ({ type: 'created', step, result }) as const
  const holder = holderOf(world, step, mark)
  const made = holder ?? { step, id: freshId(world, step), ...mark }
  const live = holder === undefined ? [...world.live, made] : world.live
  const named = (id: CrmId) => pending(adoptsUnread ? a.done(id) : { ...a.unknown, namedId: id })
  const isNamed = world.told.named.length > 0
  const hidden: LiveRecord = { ...made, hidden: true }
  const naming: readonly Fate[] =
    holder !== undefined
      ? [['duplicate, named and not shown', { pending: named(holder.id) }]]
      : isNamed
        ? []
        : [
            [
              'duplicate of an attempt before, hidden',
              { pending: named(made.id), live: [...world.live, hidden] },
            ],
            ['duplicate of a record in the bin, named', { pending: named(made.id) }],
          ]
  const open = pending({ ...a.refused, isOpen: true })
  return [
    ...naming,
    ['refused in unknown words', { pending: open }],
    ['made, and refused in unknown words', { pending: open, live }],
  ]
}

/** The live record that keeps the unique field from being used again. */
function holderOf({ live }: World, step: CreateStep, { unmarked }: Unmarked) {
  if (unmarked) return undefined
  return live.find((record) => record.step === step && !record.unmarked)
}

function deleteFates(
  world: World,
  effect: Effect & { readonly type: 'delete' },
  { trustsEmptyReads }: Beliefs,
): readonly Fate[] {
  const { step, id, isSeen } = effect
  const pending = (result: CallResult<void>) => ({ type: 'deleted', step, id, result }) as const
  const failures: readonly Fate[] = [
    ['refused', { pending: pending(a.refused) }],
    ['not sent', { pending: pending(a.notSent) }],
    ['not answered', { pending: pending(a.unknown) }],
  ]
  const below = CREATE_STEPS.slice(CREATE_STEPS.indexOf(step) + 1)
  const isReferenced = world.live.some((record) => below.includes(record.step))
  if ((world.crm === 'strict' || world.crm === 'late') && isReferenced) return failures
  const live = world.live.filter((record) => record.id !== id)
  const isShown = world.live.some((record) => record.id === id && !record.hidden)
  const isBelieved = isSeen || trustsEmptyReads === true
  return [
    ['done', { pending: pending(a.done(undefined)), live }],
    ...failures,
    ['done, not answered', { pending: pending(a.unknown), live }],
    ...(isBelieved && !isShown
      ? [['answered oddly, and no read shows it', { pending: pending(a.done(undefined)) }] as const]
      : []),
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

/** What becomes of the create of a former owner, which it sends only when it wakes. */
export function wakes(world: World, step: CreateStep): readonly (readonly [string, World])[] {
  const awake = { ...world, asleepAt: null }
  const late = { step, ageTicks: 0 }
  return [
    ['lost', awake],
    ['applied', sorted(applyLate(awake, late))],
    ['held back', sorted({ ...awake, heldBack: [...awake.heldBack, late] })],
  ]
}

/**
 * A process that dies takes the name with it that it has just heard. That the CRM goes on hiding a
 * record that it never named to the log is not promised, so that one is shown.
 */
export function withUnnamedShown(world: World): World {
  if (!world.live.some(({ hidden }) => hidden)) return world
  const isNamed = ({ id }: CrmRecord) => world.told.named.some((record) => record.id === id)
  const live = world.live.map((record) =>
    record.hidden && !isNamed(record) ? unhidden(record) : record,
  )
  return { ...world, live }
}

/** What is held back for longer than settle time is never applied: so much is assumed of Zoho. */
export function tick(world: World): World {
  const sale = aged(world.sale, TICK_MS)
  if (world.heldBack.length === 0) return { ...world, sale, tried: 0 }
  const heldBack = world.heldBack
    .map((late) => ({ ...late, ageTicks: late.ageTicks + 1 }))
    .filter(({ ageTicks }) => ageTicks < SETTLE_TICKS)
  return { ...world, sale, heldBack, tried: 0 }
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
  const laterInstant = (at: Instant) => instantOf(later(plusMs(a.now, msBetween(NOW.instant, at))))
  switch (sale.status) {
    case 'absent':
      return sale
    case 'completed':
      return {
        ...{ ...sale, ...ANY_REQUEST, ...sinceWake(sale) },
        ...{ endedAt: a.now, settleFrom: laterInstant(sale.settleFrom) },
      }
    case 'rollingBack':
    case 'stuck':
      return {
        ...{ ...sale, ...ANY_REQUEST, ...ANY_FAILURE, ...sinceWake(sale) },
        ...{ settleFrom: laterInstant(sale.settleFrom), wasRolledBack: false },
      }
    case 'rolledBack':
      return { ...sale, ...ANY_REQUEST, ...ANY_FAILURE, endedAt: a.now, wakes: 0 }
    default: {
      const requestedAt = later(sale.requestedAt)
      const older = { ...sale, requestedAt, begunAt: instantOf(requestedAt) }
      return remembersAnEvent(older) ? { ...older, ...{ lastAt: later(older.lastAt) } } : older
    }
  }
}

/** How often owners woke makes no difference, only whether one did since a person was asked. */
function sinceWake({ wakes, stuckAtWake }: { wakes: number; stuckAtWake: number | null }) {
  return { wakes: 0, stuckAtWake: stuckAtWake === null ? null : stuckAtWake - wakes }
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
  const unnamed = (id: CrmId): Told => ({
    ...told,
    named: told.named.filter((record) => record.id !== id),
  })
  const own = (step: CreateStep, id: CrmId): Told => {
    const shown = unnamed(id)
    return told.decision === 'none' ? { ...shown, own: [...told.own, { step, id }] } : shown
  }
  switch (event.type) {
    case 'DealCreated':
      return own('deal', event.data.dealId)
    case 'QuoteCreated':
      return own('quote', event.data.quoteId)
    case 'SalesOrderCreated':
      return own('salesOrder', event.data.salesOrderId)
    case 'RecordNamed':
      return { ...told, named: [...told.named, event.data] }
    case 'DealDeleted':
      return unnamed(event.data.dealId)
    case 'QuoteDeleted':
      return unnamed(event.data.quoteId)
    case 'SalesOrderDeleted':
      return unnamed(event.data.salesOrderId)
    case 'SaleCompleted':
      return { ...told, decision: 'completed' }
    case 'CompensationRequired':
      return { ...told, decision: 'compensated', own: [] }
    case 'SaleStuck':
      return { ...told, stuck: true }
    case 'OwnerWoke':
      return { ...told, stuck: false }
    default:
      return told
  }
}

/** The order in which records and requests came about is nothing that anybody can see. */
export function sorted(world: World): World {
  const live = inOrder(world.live, (x, y) => Number(x.id) - Number(y.id))
  const heldBack = inOrder(
    world.heldBack,
    (x, y) => x.step.localeCompare(y.step) || x.ageTicks - y.ageTicks,
  )
  return { ...world, live, heldBack }
}

/** The same list where it is in order already: a list that was met before costs no time. */
function inOrder<Item>(
  list: readonly Item[],
  compare: (x: Item, y: Item) => number,
): readonly Item[] {
  const isOrdered = list.every((item, i) => {
    const before = list[i - 1]
    return before === undefined || compare(before, item) <= 0
  })
  return isOrdered ? list : list.toSorted(compare)
}

/** The lowest number of the step that nothing mentions: the ids of what is forgotten come again. */
function freshId({ sale, live, told, pending }: World, step: CreateStep): CrmId {
  const mentioned = JSON.stringify([sale, live, told, pending])
  let id = 100 * (CREATE_STEPS.indexOf(step) + 1)
  while (mentioned.includes(`"${id}"`)) id += 1
  return `${id}` as CrmId
}

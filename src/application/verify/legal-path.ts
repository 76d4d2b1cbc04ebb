// Checks the recorded events of a sale by asking the domain: could `decide` have recorded them?
import { assertNever } from '../../domain/assert-never.ts'
import type { CrmId } from '../../domain/ids.ts'
import { formatDecimal, ZERO } from '../../domain/money.ts'
import { decide } from '../../domain/sale/decide.ts'
import type { Effect } from '../../domain/sale/effect.ts'
import type { SaleEvent } from '../../domain/sale/events.ts'
import { evolve } from '../../domain/sale/evolve.ts'
import { next } from '../../domain/sale/next.ts'
import type { Outcome } from '../../domain/sale/outcome.ts'
import type { SalePolicy } from '../../domain/sale/policy.ts'
import type { Sale } from '../../domain/sale/state.ts'
import { CREATE_STEPS } from '../../domain/sale/steps.ts'
import { instantAt, type Now } from '../../domain/time.ts'

/** A sale as its events made it, and the groups that its last events may belong to. */
export type SalePath = {
  readonly sale: Sale
  /** Why `decide` could not have recorded the last event there; `undefined` where it could. */
  readonly whyIllegal: string | undefined
  readonly groups: readonly Group[]
  /** Whether the last group may be complete, so that another may begin. */
  readonly isWhole: boolean
}

/** Events that one outcome recorded together, as far as they were met. */
type Group = {
  readonly from: Sale
  readonly events: readonly [SaleEvent, ...SaleEvent[]]
  /** The types that may come next in this group. */
  readonly expected: readonly SaleEvent['type'][]
  readonly isWhole: boolean
}

/** The path that begins at `sale`; that of a whole sale begins at `initialSale`. */
export function pathFrom(sale: Sale): SalePath {
  return { sale, whyIllegal: undefined, groups: [], isWhole: true }
}

/**
 * The path with one more event. What the CRM answered, and when, is not in the log: every answer at
 * every time that fits the event counts as possible. An event that is not legal changes the sale as
 * `evolve` has it, and the events after it are judged from there.
 */
export function advance(path: SalePath, event: SaleEvent): SalePath {
  const sale = evolve(path.sale, event, ANY_INSTANT)
  const groups = [
    ...path.groups.flatMap(({ from, events }) => groupOf(from, [...events, event])),
    ...(path.isWhole ? groupOf(path.sale, [event]) : []),
  ]
  if (groups.length === 0) return { ...pathFrom(sale), whyIllegal: whyIllegalAfter(path) }
  return { sale, whyIllegal: undefined, groups, isWhole: groups.some(({ isWhole }) => isWhole) }
}

/** Why a log cannot end here: an outcome recorded more events than these; else `undefined`. */
export function whyUnfinished(path: SalePath): string | undefined {
  return path.isWhole ? undefined : `${expectedIn(path)} is missing after its last event`
}

function whyIllegalAfter(path: SalePath): string {
  const { sale, isWhole } = path
  if (sale.status === 'absent') return 'the sale was never requested'
  if (!isWhole) return `${expectedIn(path)} comes first`
  return `nothing that happens to a sale that is ${sale.status} records it there`
}

function expectedIn({ groups }: SalePath): string {
  return [...new Set(groups.flatMap(({ expected }) => expected))].join(' or ')
}

/** The group that these events are, or begin; none where no outcome records them. */
function groupOf(from: Sale, events: Group['events']): readonly Group[] {
  const fitting = recordings(from, events).filter((recorded) =>
    events.every((event, index) => isSameFact(event, recorded[index])),
  )
  if (fitting.length === 0) return []
  const expected = fitting.flatMap((recorded) => recorded[events.length]?.type ?? [])
  const isWhole = fitting.some(({ length }) => length === events.length)
  return [{ from, events, expected, isWhole }]
}

/** What is recorded for all that can happen to a sale, where the CRM answers with the ids in `events`. */
function recordings(sale: Sale, events: Group['events']): readonly (readonly SaleEvent[])[] {
  const [first] = events
  if (sale.status === 'absent') return first.type === 'SaleRequested' ? [[first]] : []
  const ids = events.flatMap((event) => createdId(event) ?? [])
  const namedIds = events.flatMap((event) => (event.type === 'RecordNamed' ? [event.data.id] : []))
  const now = { wall: first.at, instant: ANY_INSTANT }
  const wakes = first.type === 'OwnerWoke' ? WAKES : []
  return [...wakes, ...outcomesOf(sale, now, { ids, namedIds })].flatMap((outcome) =>
    POLICIES.map((policy) => decide(sale, outcome, now, policy).events),
  )
}

const WAKES = CREATE_STEPS.map((step) => ({ type: 'ownerWoke', step }) as const)

/** Under the first policy no time limit has passed; under the second all have. */
const POLICIES: readonly SalePolicy[] = [Infinity, -Infinity].map((ms) => {
  return { deadlineMs: ms, settleMs: ms, stuckAfterMs: ms, closingDays: 0 }
})

/** The times of the log decide nothing here: a clock may have been set between any two events. */
const ANY_INSTANT = instantAt(0)

/** The ids that the CRM answers with: of records that it shows, and of records that it only names. */
type Answered = { readonly ids: readonly CrmId[]; readonly namedIds: readonly CrmId[] }

function outcomesOf(sale: Sale, now: Now, answered: Answered): readonly Outcome[] {
  const effects = POLICIES.flatMap((policy) => {
    return [true, false].flatMap((contactRead) => {
      const due = next(sale, now, policy, { contactRead })
      return due.type === 'perform' ? due.effects : []
    })
  })
  return [
    { type: 'interrupted' },
    { type: 'interrupted', fromCopy: true },
    { type: 'timePassed' },
    { type: 'roundFailed', tried: [] },
    ...effects.flatMap((effect) => endingsOf(effect, answered)),
  ]
}

const REFUSED = { type: 'refused', reason: '' } as const
const UNKNOWN = { type: 'unknown', reason: '', fault: 'timeout' } as const

/** How an effect can end. `notSent` is left out: it records nothing that `timePassed` does not. */
function endingsOf(effect: Effect, { ids, namedIds }: Answered): readonly Outcome[] {
  switch (effect.type) {
    case 'readTerms': {
      const product = { name: '', unitPrice: formatDecimal(ZERO, 0), currency: null, active: true }
      const products = done(effect.productIds.map((id) => ({ id, ...product })))
      const contact = done({ accountId: null })
      return [
        { type: 'termsRead', contact, products },
        { type: 'termsRead', contact, products: REFUSED },
        { type: 'contactRead', contact: REFUSED },
      ]
    }
    case 'readContact':
      return [{ type: 'contactRead', contact: REFUSED }]
    case 'create': {
      const results = [
        ...[REFUSED, { ...REFUSED, isOpen: true } as const, UNKNOWN],
        ...namedIds.slice(0, 1).map((namedId) => ({ ...UNKNOWN, namedId })),
        ...ids.slice(0, 1).map(done),
      ]
      const { step } = effect.draft
      return results.map((result) => ({ type: 'created', step, result }) as const)
    }
    case 'delete': {
      const results = [UNKNOWN, done(undefined)]
      const { step, id } = effect
      return results.map((result) => ({ type: 'deleted', step, id, result }) as const)
    }
    case 'lookUp': {
      const results = [UNKNOWN, done(ids)]
      return results.map((result) => ({ ...effect, type: 'lookedUp', result }) as const)
    }
    default:
      return assertNever(effect)
  }
}

function done<Value>(value: Value): { readonly type: 'done'; readonly value: Value } {
  return { type: 'done', value }
}

function createdId(event: SaleEvent): CrmId | undefined {
  switch (event.type) {
    case 'DealCreated':
      return event.data.dealId
    case 'QuoteCreated':
      return event.data.quoteId
    case 'SalesOrderCreated':
      return event.data.salesOrderId
    default:
      return undefined
  }
}

/** The members of an event that an outcome determines. Terms and reasons can be any. */
const MEMBERS = [
  ...['dealId', 'quoteId', 'salesOrderId', 'step', 'failedStep', 'look', 'found'],
  ...['leftovers', 'id', 'reference'],
]

function isSameFact(one: SaleEvent, other: SaleEvent | undefined): boolean {
  if (one.type !== other?.type) return false
  return JSON.stringify(one.data, MEMBERS) === JSON.stringify(other.data, MEMBERS)
}

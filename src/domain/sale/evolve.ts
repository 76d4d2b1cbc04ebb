// The state of a sale after one more event.
import { assertNever } from '../assert-never.ts'
import type { CrmId, SaleId } from '../ids.ts'
import { type Instant, instantAt } from '../time.ts'
import { type AftermathSale, isInAftermath } from './aftermath.ts'
import type {
  CompensationRequired,
  ReferenceLookedUp,
  SaleEvent,
  SalesOrderCreated,
} from './events.ts'
import {
  type CompletedSale,
  createDue,
  type FirstIds,
  type ForwardSale,
  initialSale,
  type QuoteCreatedSale,
  type RolledBackSale,
  type RollingBackSale,
  type Sale,
  type UnansweredStep,
} from './state.ts'
import type { CreateStep, CrmRecord, RecordToDelete } from './steps.ts'

/**
 * Total: takes any event in any state. An event that does not fit the state changes nothing,
 * because history cannot be refused. `decide` never records one.
 *
 * @param now when this process came to know of the event: what waits on it is counted from there
 */
export function evolve(sale: Sale, event: SaleEvent, now: Instant): Sale {
  switch (event.type) {
    case 'SaleRequested':
      if (sale.status !== 'absent') return sale
      return {
        status: 'requested',
        saleId: sale.saleId,
        requestedAt: event.at,
        begunAt: now,
        ...event.data,
      }
    case 'SalePriced':
      if (sale.status !== 'requested') return sale
      return { ...sale, ...event.data, status: 'priced', unanswered: [], named: [] }
    case 'DealCreated':
      if (sale.status !== 'priced') return withRecord(sale, 'deal', event.data.dealId)
      return { ...withoutName(sale, event.data.dealId), status: 'dealCreated', ...event.data }
    case 'QuoteCreated':
      if (sale.status !== 'dealCreated') return withRecord(sale, 'quote', event.data.quoteId)
      return { ...withoutName(sale, event.data.quoteId), status: 'quoteCreated', ...event.data }
    case 'SalesOrderCreated':
      if (sale.status !== 'quoteCreated') {
        return withRecord(sale, 'salesOrder', event.data.salesOrderId)
      }
      return completed(sale, event, now)
    case 'SaleCompleted':
      // `SalesOrderCreated`, which is always stored together with it, has completed the state.
      return sale
    case 'CreateUnanswered':
      return isForward(sale) || sale.status === 'rollingBack'
        ? withUnanswered(sale, event.data.step)
        : sale
    case 'RecordNamed':
      return isForward(sale) ? withName(sale, event.data) : sale
    case 'SaleInterrupted':
      return interrupted(sale, now)
    case 'OwnerWoke':
      return woken(sale, event.data.step, now)
    case 'CompensationRequired':
      return isForward(sale) ? rollingBack(sale, event, now) : sale
    case 'ReferenceLookedUp':
      return isInAftermath(sale) ? { ...sale, unanswered: lookedUp(sale.unanswered, event) } : sale
    case 'SalesOrderDeleted':
      return withoutRecord(sale, event.data.salesOrderId)
    case 'QuoteDeleted':
      return withoutRecord(sale, event.data.quoteId)
    case 'DealDeleted':
      return withoutRecord(sale, event.data.dealId)
    case 'SaleRolledBack': {
      if (sale.status !== 'rollingBack' && sale.status !== 'stuck') return sale
      const { failure, firstIds, wakes } = sale
      const ended = { endedAt: event.at, failure, firstIds, wakes }
      return { ...requestOf(sale), status: 'rolledBack', ...ended }
    }
    case 'SaleSettled':
      return sale.status === 'completed' ? { ...sale, settled: true, stuckAtWake: null } : sale
    case 'SaleStuck':
      return isInAftermath(sale) ? reportedStuck(sale) : sale
    default:
      return assertNever(event)
  }
}

/** The sale that these events made, for who drives it from now on: all its waits begin now. */
export function takeUp(saleId: SaleId, events: readonly SaleEvent[], now: Instant): Sale {
  return events.reduce((sale, event) => evolve(sale, event, now), initialSale(saleId))
}

/** The same for who only reads it: none of its waits is ever over. */
export function replay(saleId: SaleId, events: readonly SaleEvent[]): Sale {
  return takeUp(saleId, events, NEVER)
}

const NEVER = instantAt(Number.POSITIVE_INFINITY)

/**
 * The steps whose create may have been sent in the course of these events. Nothing is sent before
 * the event that implies it is on disk, so a record of any other step was not made by this sale.
 */
export function stepsSent(saleId: SaleId, events: readonly SaleEvent[]): ReadonlySet<CreateStep> {
  const sent = new Set<CreateStep>()
  let sale = initialSale(saleId)
  for (const event of events) {
    sale = evolve(sale, event, NEVER)
    const step = isForward(sale) ? createDue(sale) : undefined
    if (step !== undefined) sent.add(step)
  }
  return sent
}

export function isForward(sale: Sale): sale is ForwardSale {
  return (
    sale.status === 'requested' ||
    sale.status === 'priced' ||
    sale.status === 'dealCreated' ||
    sale.status === 'quoteCreated'
  )
}

/** The first id of each step, or null, in any state. */
export function firstIdsOf(sale: Sale): FirstIds {
  switch (sale.status) {
    case 'absent':
    case 'requested':
    case 'priced':
      return { deal: null, quote: null, salesOrder: null }
    case 'dealCreated':
      return { deal: sale.dealId, quote: null, salesOrder: null }
    case 'quoteCreated':
      return { deal: sale.dealId, quote: sale.quoteId, salesOrder: null }
    case 'completed':
    case 'rollingBack':
    case 'stuck':
    case 'rolledBack':
      return sale.firstIds
    default:
      return assertNever(sale)
  }
}

function requestOf(sale: ForwardSale | AftermathSale | RolledBackSale) {
  const { saleId, requestedAt, contactId, products, idempotent } = sale
  return { saleId, requestedAt, contactId, products, idempotent }
}

/** A record that a look of the aftermath has shown: it is deleted, unless it is the sale's own. */
function withRecord(sale: Sale, step: CreateStep, id: CrmId): Sale {
  if (!isInAftermath(sale)) return sale
  if (sale.status === 'completed' && sale.firstIds[step] === id) return sale
  const known = sale.records.find((record) => record.id === id)
  if (known?.isSeen) return sale
  const seen = { step, id, isSeen: true }
  if (known !== undefined) {
    return { ...sale, records: sale.records.map((record) => (record === known ? seen : record)) }
  }
  const firstIds = { ...sale.firstIds, [step]: sale.firstIds[step] ?? id }
  return { ...sale, firstIds, records: [...sale.records, seen] }
}

function withoutRecord(sale: Sale, id: CrmId): Sale {
  if (!isInAftermath(sale)) return sale
  return { ...sale, records: sale.records.filter((record) => record.id !== id) }
}

function withUnanswered(sale: ForwardSale | RollingBackSale, step: CreateStep): Sale {
  if (sale.status === 'requested' || sale.unanswered.some((other) => other.step === step))
    return sale
  return { ...sale, unanswered: [...sale.unanswered, { step, lookedUp: false }] }
}

function withName(sale: ForwardSale, { step, id }: CrmRecord): Sale {
  if (sale.status === 'requested' || sale.named.some((record) => record.id === id)) return sale
  if (Object.values(firstIdsOf(sale)).includes(id)) return sale
  return { ...sale, named: [...sale.named, { step, id }] }
}

/** A named record that is the sale's own after all: a read has shown it. */
function withoutName<Some extends { readonly named: readonly CrmRecord[] }>(
  sale: Some,
  id: CrmId,
): Some {
  return { ...sale, named: sale.named.filter((record) => record.id !== id) }
}

function completed(sale: QuoteCreatedSale, event: SalesOrderCreated, now: Instant): CompletedSale {
  const { salesOrderId } = event.data
  const { named, unanswered } = withoutName(sale, salesOrderId)
  return {
    ...requestOf(sale),
    status: 'completed',
    endedAt: event.at,
    settled: unanswered.length === 0 && named.length === 0,
    ...NOBODY_WOKE,
    settleFrom: now,
    unanswered,
    records: named.map(unseen),
    firstIds: { ...firstIdsOf(sale), salesOrder: salesOrderId },
  }
}

/** A new process took the sale up: its create may have been sent, and settle time begins again. */
function interrupted(sale: Sale, now: Instant): Sale {
  if (isForward(sale)) {
    const step = createDue(sale)
    return step === undefined ? sale : withUnanswered(sale, step)
  }
  if (!isInAftermath(sale)) return sale
  const unanswered = sale.unanswered.map(({ step }) => ({ step, lookedUp: false }))
  return { ...sale, settleFrom: now, unanswered }
}

/** A former owner may have sent this create until now: settle time begins again, whatever was over. */
function woken(sale: Sale, step: CreateStep, now: Instant): Sale {
  if (sale.status === 'absent') return sale
  if (isForward(sale)) return withUnanswered(sale, step)
  const open: UnansweredStep = { step, lookedUp: false }
  const reopen = (entry: UnansweredStep) => (entry.step === step ? open : entry)
  const wakes = sale.wakes + 1
  if (sale.status === 'rolledBack') {
    const { failure, firstIds } = sale
    const again = { unanswered: [open], records: [], settleFrom: now, wasRolledBack: true }
    const known = { failure, firstIds, wakes, stuckAtWake: null }
    return { ...requestOf(sale), status: 'rollingBack', ...known, ...again }
  }
  const unanswered = sale.unanswered.some((entry) => entry.step === step)
    ? sale.unanswered.map(reopen)
    : [...sale.unanswered, open]
  const reopened = { unanswered, settleFrom: now, wakes }
  return sale.status === 'completed'
    ? { ...sale, ...reopened, settled: false }
    : { ...sale, ...reopened }
}

function reportedStuck(sale: AftermathSale): Sale {
  const stuckAtWake = sale.wakes
  if (sale.stuckAtWake === stuckAtWake) return sale
  return sale.status === 'completed'
    ? { ...sale, stuckAtWake }
    : { ...sale, status: 'stuck', stuckAtWake }
}

function rollingBack(
  sale: ForwardSale,
  event: CompensationRequired,
  now: Instant,
): RollingBackSale {
  const known = firstIdsOf(sale)
  const named = sale.status === 'requested' ? [] : sale.named
  const records: RecordToDelete[] = []
  if (known.deal !== null) records.push({ step: 'deal', id: known.deal, isSeen: true })
  if (known.quote !== null) records.push({ step: 'quote', id: known.quote, isSeen: true })
  const nameOf = (step: CreateStep) => named.find((record) => record.step === step)?.id ?? null
  const firstIds = {
    deal: known.deal ?? nameOf('deal'),
    quote: known.quote ?? nameOf('quote'),
    salesOrder: nameOf('salesOrder'),
  }
  return {
    ...requestOf(sale),
    status: 'rollingBack',
    failure: { step: event.data.failedStep, reason: event.data.reason },
    unanswered: sale.status === 'requested' ? [] : sale.unanswered,
    records: [...records, ...named.map(unseen)],
    settleFrom: now,
    firstIds,
    ...NOBODY_WOKE,
    wasRolledBack: false,
  }
}

const NOBODY_WOKE = { wakes: 0, stuckAtWake: null }

function unseen(record: CrmRecord): RecordToDelete {
  return { ...record, isSeen: false }
}

function lookedUp(
  unanswered: readonly UnansweredStep[],
  event: ReferenceLookedUp,
): readonly UnansweredStep[] {
  const { step, look } = event.data
  if (look === 'second') return unanswered.filter((entry) => entry.step !== step)
  return unanswered.map((entry) => (entry.step === step ? { ...entry, lookedUp: true } : entry))
}

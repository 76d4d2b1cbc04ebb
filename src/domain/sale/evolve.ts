// The state of a sale after one more event.
import { assertNever } from '../assert-never.ts'
import type { CrmId, SaleId } from '../ids.ts'
import { type AftermathSale, isInAftermath } from './aftermath.ts'
import type { CompensationRequired, ReferenceLookedUp, SaleEvent } from './events.ts'
import {
  createDue,
  type FirstIds,
  type ForwardSale,
  initialSale,
  type RollingBackSale,
  type Sale,
  type UnansweredStep,
} from './state.ts'
import type { CreateStep, CrmRecord } from './steps.ts'

/**
 * Total: takes any event in any state. An event that does not fit the state changes nothing,
 * because history cannot be refused. `decide` never records one.
 */
export function evolve(sale: Sale, event: SaleEvent): Sale {
  switch (event.type) {
    case 'SaleRequested':
      if (sale.status !== 'absent') return sale
      return { status: 'requested', saleId: sale.saleId, requestedAt: event.at, ...event.data }
    case 'SalePriced':
      if (sale.status !== 'requested') return sale
      return { ...sale, ...event.data, status: 'priced', unanswered: [] }
    case 'DealCreated':
      if (sale.status !== 'priced') return withRecord(sale, 'deal', event.data.dealId)
      return { ...sale, status: 'dealCreated', dealId: event.data.dealId }
    case 'QuoteCreated':
      if (sale.status !== 'dealCreated') return withRecord(sale, 'quote', event.data.quoteId)
      return { ...sale, status: 'quoteCreated', quoteId: event.data.quoteId }
    case 'SalesOrderCreated':
      if (sale.status !== 'quoteCreated') {
        return withRecord(sale, 'salesOrder', event.data.salesOrderId)
      }
      return {
        ...requestOf(sale),
        status: 'completed',
        endedAt: event.at,
        settled: sale.unanswered.length === 0,
        reportedStuck: false,
        settleFrom: event.at,
        unanswered: sale.unanswered,
        records: [],
        firstIds: { ...firstIdsOf(sale), salesOrder: event.data.salesOrderId },
      }
    case 'SaleCompleted':
      return sale
    case 'CreateUnanswered':
      return isForward(sale) || sale.status === 'rollingBack'
        ? withUnanswered(sale, event.data.step)
        : sale
    case 'SaleInterrupted':
      return interrupted(sale, event.at)
    case 'CompensationRequired':
      return isForward(sale) ? rollingBack(sale, event) : sale
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
      const { failure, firstIds } = sale
      return { ...requestOf(sale), status: 'rolledBack', endedAt: event.at, failure, firstIds }
    }
    case 'SaleSettled':
      return sale.status === 'completed' ? { ...sale, settled: true } : sale
    case 'SaleStuck':
      if (sale.status === 'rollingBack') return { ...sale, status: 'stuck' }
      return sale.status === 'completed' ? { ...sale, reportedStuck: true } : sale
    default:
      return assertNever(event)
  }
}

export function replay(saleId: SaleId, events: readonly SaleEvent[]): Sale {
  return events.reduce(evolve, initialSale(saleId))
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

function requestOf(sale: ForwardSale | AftermathSale) {
  const { saleId, requestedAt, contactId, products, idempotent } = sale
  return { saleId, requestedAt, contactId, products, idempotent }
}

/** Adds a record that was found in the aftermath: it is deleted, unless it is the sale's own. */
function withRecord(sale: Sale, step: CreateStep, id: CrmId): Sale {
  if (!isInAftermath(sale)) return sale
  if (sale.status === 'completed' && sale.firstIds[step] === id) return sale
  if (sale.records.some((record) => record.id === id)) return sale
  const firstIds = { ...sale.firstIds, [step]: sale.firstIds[step] ?? id }
  return { ...sale, firstIds, records: [...sale.records, { step, id }] }
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

/** A new process took the sale up: its create may have been sent, and settle time begins anew. */
function interrupted(sale: Sale, at: CompensationRequired['at']): Sale {
  if (isForward(sale)) {
    const step = createDue(sale)
    return step === undefined ? sale : withUnanswered(sale, step)
  }
  if (!isInAftermath(sale)) return sale
  const unanswered = sale.unanswered.map(({ step }) => ({ step, lookedUp: false }))
  return { ...sale, settleFrom: at, unanswered }
}

function rollingBack(sale: ForwardSale, event: CompensationRequired): RollingBackSale {
  const firstIds = firstIdsOf(sale)
  const records: CrmRecord[] = []
  if (firstIds.deal !== null) records.push({ step: 'deal', id: firstIds.deal })
  if (firstIds.quote !== null) records.push({ step: 'quote', id: firstIds.quote })
  return {
    ...requestOf(sale),
    status: 'rollingBack',
    failure: { step: event.data.failedStep, reason: event.data.reason },
    unanswered: sale.status === 'requested' ? [] : sale.unanswered,
    records,
    settleFrom: event.at,
    firstIds,
  }
}

function lookedUp(
  unanswered: readonly UnansweredStep[],
  event: ReferenceLookedUp,
): readonly UnansweredStep[] {
  const { step, look } = event.data
  if (look === 'second') return unanswered.filter((entry) => entry.step !== step)
  return unanswered.map((entry) => (entry.step === step ? { ...entry, lookedUp: true } : entry))
}

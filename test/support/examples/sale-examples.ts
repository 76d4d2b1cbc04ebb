import type { CrmId, SaleId } from '../../../src/domain/ids.ts'
import type { DecimalText } from '../../../src/domain/money.ts'
import type * as events from '../../../src/domain/sale/events.ts'
import type {
  CallResult,
  Organisation,
  Outcome,
  Product,
} from '../../../src/domain/sale/outcome.ts'
import type { SalePolicy } from '../../../src/domain/sale/policy.ts'
import { referenceOf } from '../../../src/domain/sale/reference.ts'
import type { CreateStep, CrmRecord, FailedStep } from '../../../src/domain/sale/steps.ts'
import { type EpochMs, type IsoDate, plusMs } from '../../../src/domain/time.ts'

/** The one instant of all examples. */
export const now = Date.parse('2026-11-23T10:00:00.000Z') as EpochMs

export const policy: SalePolicy = {
  deadlineMs: 30_000,
  settleMs: 120_000,
  stuckAfterMs: 600_000,
  closingDays: 30,
}

export const atDeadline = plusMs(now, policy.deadlineMs)
export const atSettle = plusMs(now, policy.settleMs)
export const atStuck = plusMs(atSettle, policy.stuckAfterMs)

export function justBefore(instant: EpochMs): EpochMs {
  return plusMs(instant, -1)
}

export const modules = {
  deal: 'D',
  quote: 'Q',
  salesOrder: 'S',
  contact: 'C',
  product: 'P',
  organisation: 'O',
}

export const saleId = '019ab123-4567-7abc-8def-0123456789ab' as SaleId
export const contactId = '550428000000001001' as CrmId
export const accountId = '550428000000002001' as CrmId
export const productId = '550428000000003001' as CrmId
export const otherProductId = '550428000000003002' as CrmId
export const dealId = '550428000000004001' as CrmId
export const quoteId = '550428000000005001' as CrmId
export const salesOrderId = '550428000000006001' as CrmId
/** A second record of some step: what a create that nobody heard of left behind. */
export const strangerId = '550428000000009001' as CrmId

export const deal: CrmRecord = { step: 'deal', id: dealId }
export const quote: CrmRecord = { step: 'quote', id: quoteId }
export const salesOrder: CrmRecord = { step: 'salesOrder', id: salesOrderId }

export const product: Product = {
  id: productId,
  name: 'Server rack 42U',
  unitPrice: '1299.90' as DecimalText,
  currency: null,
  active: true,
}

export const requested: events.SaleRequested = {
  type: 'SaleRequested',
  at: now,
  data: { contactId, products: [{ productId, quantity: 2 }], idempotent: true },
}

export const requestedWithoutKey: events.SaleRequested = {
  ...requested,
  data: { ...requested.data, idempotent: false },
}

export const priced: events.SalePriced = {
  type: 'SalePriced',
  at: now,
  data: {
    accountId,
    lines: [
      {
        productId,
        productName: 'Server rack 42U',
        quantity: 2,
        unitPrice: '1299.90' as DecimalText,
      },
    ],
    amount: '2599.80' as DecimalText,
    closingDate: '2026-12-23' as IsoDate,
  },
}

export const dealCreated: events.DealCreated = { type: 'DealCreated', at: now, data: { dealId } }
export const quoteCreated: events.QuoteCreated = {
  type: 'QuoteCreated',
  at: now,
  data: { quoteId },
}
export const salesOrderCreated: events.SalesOrderCreated = {
  type: 'SalesOrderCreated',
  at: now,
  data: { salesOrderId },
}
export const completed: events.SaleCompleted = { type: 'SaleCompleted', at: now, data: {} }

export const interrupted: events.SaleInterrupted = { type: 'SaleInterrupted', at: now, data: {} }

export function unanswered(step: CreateStep): events.CreateUnanswered {
  return { type: 'CreateUnanswered', at: now, data: { step, reason: unknown.reason } }
}

export function woke(step: CreateStep): events.OwnerWoke {
  return { type: 'OwnerWoke', at: now, data: { step } }
}

export function named(step: CreateStep, id: CrmId): events.RecordNamed {
  return { type: 'RecordNamed', at: now, data: { step, id } }
}

export function required(
  failedStep: FailedStep = 'quote',
  reason: string = refused.reason,
): events.CompensationRequired {
  return { type: 'CompensationRequired', at: now, data: { failedStep, reason } }
}

export function referenceLookedUp(
  step: CreateStep,
  look: 'first' | 'second',
  found = 0,
): events.ReferenceLookedUp {
  return { type: 'ReferenceLookedUp', at: now, data: { step, look, found } }
}

export const salesOrderDeleted: events.SalesOrderDeleted = {
  type: 'SalesOrderDeleted',
  at: now,
  data: { salesOrderId },
}
export const quoteDeleted: events.QuoteDeleted = {
  type: 'QuoteDeleted',
  at: now,
  data: { quoteId },
}
export const dealDeleted: events.DealDeleted = { type: 'DealDeleted', at: now, data: { dealId } }
export const rolledBack: events.SaleRolledBack = { type: 'SaleRolledBack', at: now, data: {} }
export const settled: events.SaleSettled = { type: 'SaleSettled', at: now, data: {} }

export function stuck(...leftovers: events.Leftover[]): events.SaleStuck {
  return { type: 'SaleStuck', at: now, data: { leftovers } }
}

/** Leftovers with the reason why each cannot be removed. */
export function because(reason: string, ...leftovers: events.Leftover[]): events.Leftover[] {
  return leftovers.map((leftover) => ({ ...leftover, reason }))
}

/** An unanswered step among what is left. */
export function openAt(step: CreateStep): events.Leftover {
  return { step, reference: referenceOf(saleId, step) }
}

/** The same event at another instant. */
export function at<Event extends events.SaleEvent>(instant: EpochMs, event: Event): Event {
  return { ...event, at: instant }
}

export const refused = { type: 'refused', reason: 'INVALID_DATA' } as const
export const unknown = { type: 'unknown', reason: 'no answer', fault: 'timeout' } as const
export const notSent = { type: 'notSent', reason: 'no way', fault: 'unreachable' } as const

export const refusedOpen = { ...refused, isOpen: true } as const

export function naming(namedId: CrmId) {
  return { ...unknown, namedId } as const
}

export function done<Value>(value: Value) {
  return { type: 'done', value } as const
}

export const takenUp: Outcome = { type: 'interrupted' }
export const timePassed: Outcome = { type: 'timePassed' }

export const contactFound = done({ accountId })

export function termsRead(
  contact: (Outcome & { type: 'termsRead' })['contact'] = contactFound,
  products: CallResult<readonly Product[]> = done([product]),
  organisation?: Organisation,
): Outcome {
  return { type: 'termsRead', contact, products, organisation }
}

export function creating(step: CreateStep, result: CallResult<CrmId>): Outcome {
  return { type: 'created', step, result }
}

export function deleting(record: CrmRecord, result: CallResult<void> = done(undefined)): Outcome {
  return { type: 'deleted', ...record, result }
}

/** A round of effects of which nothing moved the sale. */
export function failing(...tried: Outcome[]): Outcome {
  return { type: 'roundFailed', tried }
}

export function looking(
  step: CreateStep,
  look: 'first' | 'second',
  result: CallResult<readonly CrmId[]> = done([]),
): Outcome {
  return { type: 'lookedUp', step, look, result }
}

// The events which record that a record is in the CRM, or is there no longer.
import { assertNever } from '../assert-never.ts'
import type { CrmId } from '../ids.ts'
import type { EpochMs } from '../time.ts'
import type { SaleEvent } from './events.ts'
import type { CreateStep } from './steps.ts'

/** The fact that this record is in the CRM. */
export function created(step: CreateStep, id: CrmId, at: EpochMs): SaleEvent {
  switch (step) {
    case 'deal':
      return { type: 'DealCreated', at, data: { dealId: id } }
    case 'quote':
      return { type: 'QuoteCreated', at, data: { quoteId: id } }
    case 'salesOrder':
      return { type: 'SalesOrderCreated', at, data: { salesOrderId: id } }
    default:
      return assertNever(step)
  }
}

/** The fact that this record is no longer in the CRM. */
export function deleted(step: CreateStep, id: CrmId, at: EpochMs): SaleEvent {
  switch (step) {
    case 'deal':
      return { type: 'DealDeleted', at, data: { dealId: id } }
    case 'quote':
      return { type: 'QuoteDeleted', at, data: { quoteId: id } }
    case 'salesOrder':
      return { type: 'SalesOrderDeleted', at, data: { salesOrderId: id } }
    default:
      return assertNever(step)
  }
}

// The aftermath of a sale: what is left to be done in the CRM once its answer is decided.
import { type Instant, later } from '../time.ts'
import type { SalePolicy } from './policy.ts'
import type { CompletedSale, RollingBackSale, Sale, StuckSale } from './state.ts'
import { DELETE_STEPS, type RecordToDelete } from './steps.ts'

/** A sale whose answer is decided, and that may still have records to delete or to look for. */
export type AftermathSale = CompletedSale | RollingBackSale | StuckSale

export function isInAftermath(sale: Sale): sale is AftermathSale {
  return sale.status === 'completed' || sale.status === 'rollingBack' || sale.status === 'stuck'
}

/** Whether a person was asked to look at the sale. */
export function isReportedStuck(sale: Sale): boolean {
  return isInAftermath(sale) && sale.stuckAtWake !== null
}

/** Whether nothing is left to be done for the sale. Only a former owner that wakes changes that. */
export function isAtRest(sale: Sale): boolean {
  switch (sale.status) {
    case 'absent':
    case 'rolledBack':
      return true
    case 'completed':
      return sale.settled
    default:
      return false
  }
}

/**
 * The records to delete now: those of one step. One that resists holds up the records it points at,
 * but not those of its own step.
 */
export function recordsDue({ records }: AftermathSale): readonly RecordToDelete[] {
  const due = DELETE_STEPS.find((step) => records.some((record) => record.step === step))
  return records.filter(({ step }) => step === due)
}

/** The instant after which a look-up shows all that an unanswered create left behind. */
export function settledAt(sale: AftermathSale, policy: SalePolicy): Instant {
  return later(sale.settleFrom, policy.settleMs)
}

import { type EpochMs, plusMs } from '../time.ts'
import type { SalePolicy } from './policy.ts'
import type { CompletedSale, RollingBackSale, Sale, StuckSale } from './state.ts'

/** A sale whose answer is decided, and that may still have something to clear up. */
export type AftermathSale = CompletedSale | RollingBackSale | StuckSale

export function isInAftermath(sale: Sale): sale is AftermathSale {
  return sale.status === 'completed' || sale.status === 'rollingBack' || sale.status === 'stuck'
}

/** Whether nothing is left to be done for the sale, ever. */
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

/** The instant after which a look-up shows all that an unanswered create left behind. */
export function settledAt(sale: AftermathSale, policy: SalePolicy): EpochMs {
  return plusMs(sale.settleFrom, policy.settleMs)
}

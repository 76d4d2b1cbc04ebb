// The deadline of a sale that goes forward.
import { type EpochMs, plusMs } from '../time.ts'
import type { SalePolicy } from './policy.ts'
import type { ForwardSale } from './state.ts'

/** When the sale is rolled back if it is not complete. Counted from its request, over any restart. */
export function deadlineOf(sale: ForwardSale, policy: SalePolicy): EpochMs {
  return plusMs(sale.requestedAt, policy.deadlineMs)
}

export function isLate(sale: ForwardSale, now: EpochMs, policy: SalePolicy): boolean {
  return now >= deadlineOf(sale, policy)
}

// The deadline of a sale that goes forward.
import { msBetween, type Now } from '../time.ts'
import type { SalePolicy } from './policy.ts'
import type { ForwardSale } from './state.ts'

/**
 * Milliseconds until the sale is rolled back if it is not complete; not above 0 once it is late. The
 * deadline is over when one of the clocks says so. Wall time counts from the request, over a restart and
 * while the machine is suspended: nobody waits for the answer of a sale any more that went on hours
 * later. The monotonic clock counts in this process, so that a wall clock that was set back puts nothing off.
 */
export function msLeft(sale: ForwardSale, now: Now, policy: SalePolicy): number {
  const passedMs = Math.max(now.wall - sale.requestedAt, msBetween(sale.begunAt, now.instant))
  return policy.deadlineMs - passedMs
}

export function isLate(sale: ForwardSale, now: Now, policy: SalePolicy): boolean {
  return msLeft(sale, now, policy) <= 0
}

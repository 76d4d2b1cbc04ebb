// How long a sale waits before its next attempt, after one that moved nothing.
import { assertNever } from '../../../domain/assert-never.ts'
import { msLeft } from '../../../domain/sale/deadline.ts'
import { isForward } from '../../../domain/sale/evolve.ts'
import type { CallResult, Outcome } from '../../../domain/sale/outcome.ts'
import type { SalePolicy } from '../../../domain/sale/policy.ts'
import type { Sale } from '../../../domain/sale/state.ts'
import type { Now } from '../../../domain/time.ts'
import { FORWARD_BACKOFF, jitteredBackoffMs, ROLLBACK_BACKOFF } from '../../base/backoff.ts'

/**
 * Milliseconds to wait: the backoff, or as long as the CRM asked for where that is more, up to the
 * longest backoff of a rollback. A sale that goes forward waits no longer than to its deadline.
 *
 * @param failures attempts in a row that moved nothing, from 1
 * @param outcomes what came of the last attempt
 * @param fraction a random number from 0 up to 1
 */
export function retryPauseMs(
  sale: Sale,
  failures: number,
  outcomes: readonly Outcome[],
  fraction: number,
  now: Now,
  policy: SalePolicy,
): number {
  const backoff = isForward(sale) ? FORWARD_BACKOFF : ROLLBACK_BACKOFF
  const backoffMs = jitteredBackoffMs(backoff, failures, fraction)
  const askedMs = Math.max(0, ...outcomes.flatMap(resultsOf).map(retryAfterMs))
  const pauseMs = Math.max(backoffMs, Math.min(askedMs, ROLLBACK_BACKOFF.maxMs))
  return isForward(sale) ? Math.min(pauseMs, msLeft(sale, now, policy)) : pauseMs
}

function retryAfterMs(result: CallResult<unknown>): number {
  return result.type === 'notSent' ? (result.retryAfterMs ?? 0) : 0
}

function resultsOf(outcome: Outcome): readonly CallResult<unknown>[] {
  switch (outcome.type) {
    case 'termsRead':
      return [outcome.contact, outcome.products]
    case 'contactRead':
      return [outcome.contact]
    case 'created':
    case 'deleted':
    case 'lookedUp':
      return [outcome.result]
    case 'interrupted':
    case 'ownerWoke':
    case 'timePassed':
    case 'roundFailed':
      return []
    default:
      return assertNever(outcome)
  }
}

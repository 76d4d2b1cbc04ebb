import type { Admission, TurnedAway } from '../../../application/crm/admission.port.ts'
import type { Breaker } from './breaker.ts'
import type { CallStatistics } from './call-statistics.ts'
import type { Limiter } from './limiter.ts'

/** Calls that a sale which has begun still needs, on average over its way. */
const CALLS_OF_A_BEGUN_SALE = 3

/** Calls one after the other that a new sale needs. */
const ROUND_TRIPS = 4

/** A look-up behind so many calls would not be answered in its time. */
const LOOK_UPS_WAITING_MAX = 256
const BUSY_RETRY_MS = 1_000

/** What a caller is told to wait where only a person can open the account again. */
const SHUT_RETRY_MS = 60_000

/** Turns new work away while the CRM is away, shut, or so busy that it could not be in time. */
export function makeZohoAdmission(deps: {
  readonly breaker: Breaker
  readonly limiter: Limiter
  readonly statistics: CallStatistics
  /** Milliseconds from its request that a sale has. */
  readonly deadlineMs: number
  readonly shut: () => string | undefined
}): Admission {
  const { breaker, limiter, statistics, deadlineMs, shut } = deps

  return {
    closed: shut,

    reserveSale(ahead) {
      const why = shut()
      if (why !== undefined) return turnedAway(why, SHUT_RETRY_MS)
      const lateMs = estimatedMs(ahead) - deadlineMs
      if (lateMs > 0) return turnedAway('too many sales are before it', lateMs)
      const waitMs = breaker.waitMs()
      return waitMs === 0
        ? { admitted: true, release: breaker.reserve() }
        : turnedAway('the CRM does not answer', waitMs)
    },

    lookUp() {
      if (limiter.waiting() >= LOOK_UPS_WAITING_MAX) {
        return turnedAway('too much is before it', BUSY_RETRY_MS)
      }
      const waitMs = breaker.waitMs()
      return waitMs === 0 ? { admitted: true } : turnedAway('the CRM does not answer', waitMs)
    },
  }

  /**
   * Sales that have begun go first, so all their calls are before the first of a new one. With none
   * before it a sale is let in, however slow the last calls were: nothing else would show that
   * they are faster now.
   */
  function estimatedMs(ahead: number): number {
    const callsBefore = limiter.waiting() + ahead * CALLS_OF_A_BEGUN_SALE
    if (callsBefore === 0) return 0
    return statistics.callMs() * (callsBefore / limiter.limit() + ROUND_TRIPS)
  }
}

function turnedAway(reason: string, retryAfterMs: number): TurnedAway {
  return { admitted: false, reason, retryAfterMs }
}

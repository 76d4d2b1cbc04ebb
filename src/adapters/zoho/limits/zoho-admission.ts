// Turns new work away while Zoho does not answer, while the account is shut, while Zoho lets no
// token in, and while so much is waiting that a new sale could not be done in time.

import type { Admission, TurnedAway } from '../../../application/crm/admission.port.ts'
import type { CrmLockOut } from '../../../application/crm/crm-account.port.ts'
import type { Breaker } from './breaker.ts'
import type { CallStatistics } from './call-statistics.ts'
import type { Limiter } from './limiter.ts'

/** Calls that a sale which has begun still needs, on average. */
const CALLS_OF_A_BEGUN_SALE = 3

/** Calls that a new sale makes one after the other. */
const ROUND_TRIPS = 4

/** Calls that may wait before a look-up. Behind more of them it would not be answered in time. */
const LOOK_UPS_WAITING_MAX = 256

/** `Retry-After` of a look-up behind too many calls. */
const BUSY_RETRY_MS = 1_000

/** `Retry-After` while the account is shut: only a person can open it again. */
const SHUT_RETRY_MS = 60_000

export function makeZohoAdmission(deps: {
  readonly breaker: Breaker
  readonly limiter: Limiter
  readonly statistics: CallStatistics
  /** Milliseconds in which a sale that is let in has to be answered. */
  readonly answerWithinMs: number
  /** Why the account is shut; `undefined` while it is open. */
  readonly shut: () => string | undefined
  /** Why there is no access token that Zoho lets in; `undefined` while nothing is wrong. */
  readonly lockOut: () => CrmLockOut | undefined
}): Admission {
  const { breaker, limiter, statistics, answerWithinMs, shut } = deps

  return {
    closed: () => shut() ?? lockOutOfASale()?.reason,

    reserveSale(ahead) {
      const why = shut()
      if (why !== undefined) return turnedAway(why, SHUT_RETRY_MS)
      const lockedOut = lockOutOfASale()
      if (lockedOut !== undefined) return turnedAway(lockedOut.reason, lockedOut.tryInMs)
      const lateMs = estimatedMs(ahead) - answerWithinMs
      if (lateMs > 0) return turnedAway('too many sales are before it', lateMs)
      const waitMs = breaker.waitMs()
      return waitMs === 0
        ? { admitted: true, release: breaker.reserve() }
        : turnedAway(silence(), waitMs)
    },

    lookUp() {
      if (limiter.waiting() >= LOOK_UPS_WAITING_MAX) {
        return turnedAway('too much is before it', BUSY_RETRY_MS)
      }
      const waitMs = breaker.waitMs()
      return waitMs === 0 ? { admitted: true } : turnedAway(silence(), waitMs)
    },
  }

  function silence(): string {
    const cause = statistics.silence()
    return cause === undefined ? 'the CRM does not answer' : `the CRM does not answer: ${cause}`
  }

  /** The lock-out that a sale which begins now could not wait for; `undefined` without one. */
  function lockOutOfASale(): CrmLockOut | undefined {
    const lockedOut = deps.lockOut()
    if (lockedOut === undefined) return undefined
    const neededMs = lockedOut.overInMs + ROUND_TRIPS * statistics.callMs()
    return neededMs > answerWithinMs ? lockedOut : undefined
  }

  /**
   * Milliseconds that a new sale would take. Sales that have begun go first, so all their calls
   * come before its own, unless there is a place for each of these sales and one more: a sale makes
   * one call after the other. With no call before it the estimate is 0, however slow the last calls
   * were: otherwise no sale would begin, and nothing would show that calls are faster now.
   */
  function estimatedMs(ahead: number): number {
    const waiting = limiter.waiting()
    const callsBefore = waiting + ahead * CALLS_OF_A_BEGUN_SALE
    if (callsBefore === 0) return 0
    const hasPlace = waiting + ahead < limiter.limit()
    const rounds = hasPlace ? ROUND_TRIPS : callsBefore / limiter.limit() + ROUND_TRIPS
    return statistics.callMs() * rounds
  }
}

function turnedAway(reason: string, retryAfterMs: number): TurnedAway {
  return { admitted: false, reason, retryAfterMs }
}

// How many calls Zoho allows at once, learned from its 429s: a 429 halves the number and pauses all
// calls, and time without a 429 raises it again, one by one.

import { type Backoff, backoffMs } from '../../../application/base/backoff.ts'
import type { Timer } from '../../../application/base/clock.port.ts'
import type { Random } from '../../../application/base/random.port.ts'
import { type Instant, LONG_AGO, later, msBetween } from '../../../domain/time.ts'
import type { CallEnding } from './call-ending.ts'

/** Milliseconds without a 429 after which one more call is allowed. */
const INCREASE_AFTER_MS = 5_000

/** The longest pause after each 429 in a row; the pause itself is a random part of it. */
const PAUSE_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 60_000 }

export interface CallAllowance {
  /** Calls that may be in flight at the moment: from 1 to `maxConcurrency`. */
  calls(): number

  /** Whether no call may be sent for a while, because of a 429. */
  paused(): boolean

  /** @param admittedAt when the call got its place */
  record(ending: CallEnding, admittedAt: Instant): void
}

/** Zoho's 429 gives neither a reason nor a time, so both numbers are found by trying. */
export function makeCallAllowance(deps: {
  readonly clock: Timer
  readonly random: Pick<Random, 'fraction'>
  readonly maxConcurrency: number
  /** Called when a pause is over: calls that wait can be sent. */
  readonly onResume: () => void
}): CallAllowance {
  const { clock, random, maxConcurrency, onResume } = deps
  let limit = maxConcurrency
  let limitChangedAt = LONG_AGO
  let throttledAt = LONG_AGO
  let throttledInARow = 0
  let pausedUntil = LONG_AGO

  return {
    calls: () => limit,
    paused,

    record(ending, admittedAt) {
      if (ending === 'throttled') throttled(admittedAt)
      else if (ending === 'answered') answered()
    },
  }

  function paused(): boolean {
    return clock.instant() < pausedUntil
  }

  function throttled(admittedAt: Instant): void {
    // The calls that were in flight at a 429 may all be answered 429. They count as one.
    if (admittedAt <= throttledAt) return
    const now = clock.instant()
    throttledAt = now
    throttledInARow += 1
    const pauseMaxMs = backoffMs(PAUSE_BACKOFF, throttledInARow)
    pauseUntil(later(now, Math.round(pauseMaxMs * random.fraction())))
    limit = Math.max(1, Math.floor(limit / 2))
    limitChangedAt = now
  }

  function answered(): void {
    const now = clock.instant()
    throttledInARow = 0
    if (limit >= maxConcurrency || now < later(limitChangedAt, INCREASE_AFTER_MS)) return
    limit += 1
    limitChangedAt = now
  }

  function pauseUntil(until: Instant): void {
    if (until <= pausedUntil) return
    pausedUntil = until
    resumeLater()
  }

  /**
   * A timer may fire a millisecond early. It is then set again, or the calls would wait for ever.
   */
  function resumeLater(): void {
    void clock
      .sleep(msBetween(clock.instant(), pausedUntil))
      .then(() => (paused() ? resumeLater() : onResume()))
  }
}

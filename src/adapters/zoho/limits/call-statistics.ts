// What the calls so far have shown about Zoho: whether it answers, how fast, and whether the day's
// credits are gone.

import type { Timer } from '../../../application/base/clock.port.ts'
import { type Instant, LONG_AGO, later } from '../../../domain/time.ts'
import type { Breaker } from './breaker.ts'
import type { CallEnding } from './call-ending.ts'

/**
 * The share of the newest call in the average duration of a call. A busy process sees the answers to
 * several calls late, in one turn: of a greater share, these alone would make the average.
 */
const NEWEST_WEIGHT = 1 / 32

/**
 * Milliseconds after the last call in which the average is used as it is; longer than the default
 * time-out of a call. An old average must not count for much: it turns sales away, and without their
 * calls it would never get better.
 */
const AVERAGE_KEPT_MS = 20_000

/**
 * Milliseconds of a call that an old average stands for at most. A CRM that was slow but well is
 * still so for the first sales after a pause; a CRM that did not answer may be there again.
 */
const OLD_AVERAGE_MS_MAX = 1_000

/**
 * Milliseconds from one 429 to another, with no other answer between, after which the day's credits
 * are taken to be gone. One 429 and no call after it show nothing.
 */
const CREDITS_GONE_AFTER_MS = 120_000

export interface CallStatistics {
  /**
   * Records how a call ended, and how many milliseconds it took.
   *
   * @param reason why Zoho did not do what was asked, in words for the log
   */
  record(ending: CallEnding, tookMs: number, reason?: string): void

  /** Records a call that was not made because there was no token. */
  recordNoToken(): void

  /** Why the last call without an answer had none; `undefined` before there was one. */
  silence(): string | undefined

  /** Milliseconds that a call takes on average; 0 before the first has ended. */
  callMs(): number

  /** Whether Zoho has answered nothing but 429 for minutes. */
  creditsGone(): boolean

  /** 429s since the start of the process. */
  throttled(): number
}

export function makeCallStatistics(deps: {
  readonly clock: Timer
  readonly breaker: Breaker
}): CallStatistics {
  const { clock, breaker } = deps
  let averageMs = 0
  let averageUntil = LONG_AGO
  let throttledSince: Instant | undefined
  let throttledAt = LONG_AGO
  let throttled = 0
  let silence: string | undefined

  return {
    record(ending, tookMs, reason) {
      if (ending === 'silent') silence = reason
      breaker.record(ending === 'answered')
      averageMs = isOld() ? tookMs : averageMs + NEWEST_WEIGHT * (tookMs - averageMs)
      averageUntil = later(clock.instant(), AVERAGE_KEPT_MS)
      if (ending === 'answered') throttledSince = undefined
      if (ending === 'throttled') {
        throttled += 1
        throttledAt = clock.instant()
        throttledSince ??= throttledAt
      }
    },

    recordNoToken: breaker.recordNotMade,
    callMs,
    silence: () => silence,
    throttled: () => throttled,

    creditsGone() {
      return (
        throttledSince !== undefined && throttledAt >= later(throttledSince, CREDITS_GONE_AFTER_MS)
      )
    },
  }

  function callMs(): number {
    return isOld() ? Math.min(averageMs, OLD_AVERAGE_MS_MAX) : averageMs
  }

  function isOld(): boolean {
    return clock.instant() >= averageUntil
  }
}

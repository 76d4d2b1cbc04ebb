import type { Clock } from '../../../application/base/clock.port.ts'
import type { Breaker } from './breaker.ts'
import type { CallEnding } from './call-ending.ts'

/** How much the newest call counts in the average of how long calls take. */
const NEWEST_WEIGHT = 0.1

/**
 * How long the average says anything after the last call: longer than a call that times out by
 * default. Whoever is turned away for it makes no call that could show that it is better now.
 */
const AVERAGE_KEPT_MS = 20_000

/** 429s for so long, and nothing else, are taken for the day's credits gone. */
const CREDITS_GONE_AFTER_MS = 120_000

/** What the calls have shown of Zoho so far. */
export interface CallStatistics {
  record(ending: CallEnding, tookMs: number): void

  /** A call that got no token, so was not made. */
  recordNoToken(): void

  /** Milliseconds that a call takes on average; 0 where none has ended for a while. */
  callMs(): number

  /** Whether Zoho has long answered nothing but 429. */
  creditsGone(): boolean
}

export function makeCallStatistics(deps: {
  readonly clock: Clock
  readonly breaker: Breaker
}): CallStatistics {
  const { clock, breaker } = deps
  let averageMs = 0
  let averageUntil = Number.NEGATIVE_INFINITY
  let throttledSince: number | undefined

  return {
    record(ending, tookMs) {
      breaker.saw(ending === 'answered')
      const before = callMs()
      averageMs = before === 0 ? tookMs : before + NEWEST_WEIGHT * (tookMs - before)
      averageUntil = clock.now() + AVERAGE_KEPT_MS
      if (ending === 'answered') throttledSince = undefined
      if (ending === 'throttled') throttledSince ??= clock.now()
    },

    recordNoToken: () => breaker.saw(false),
    callMs,

    creditsGone() {
      return throttledSince !== undefined && clock.now() >= throttledSince + CREDITS_GONE_AFTER_MS
    },
  }

  function callMs(): number {
    return clock.now() < averageUntil ? averageMs : 0
  }
}

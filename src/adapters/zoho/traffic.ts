import type { Clock } from '../../application/ports/clock.ts'
import type { Breaker } from './breaker.ts'
import type { CallEnding } from './limiter.ts'

/** How much the newest call counts in the average of how long calls take. */
const NEWEST_WEIGHT = 0.1

/** 429s for so long, and nothing else, are taken for the day's credits gone. */
const CREDITS_GONE_AFTER_MS = 120_000

/** What the calls have shown of Zoho so far. */
export interface Traffic {
  saw(ending: CallEnding, tookMs: number): void

  /** A call that got no token, so was not made. */
  sawNoToken(): void

  /** Milliseconds that a call takes on average; 0 before the first. */
  callMs(): number

  /** Whether Zoho has long answered nothing but 429. */
  creditsGone(): boolean
}

export function makeTraffic(deps: { readonly clock: Clock; readonly breaker: Breaker }): Traffic {
  const { clock, breaker } = deps
  let callMs = 0
  let throttledSince: number | undefined

  return {
    saw(ending, tookMs) {
      breaker.saw(ending === 'answered')
      callMs = callMs === 0 ? tookMs : callMs + NEWEST_WEIGHT * (tookMs - callMs)
      if (ending === 'answered') throttledSince = undefined
      if (ending === 'throttled') throttledSince ??= clock.now()
    },

    sawNoToken: () => breaker.saw(false),
    callMs: () => callMs,

    creditsGone() {
      return throttledSince !== undefined && clock.now() >= throttledSince + CREDITS_GONE_AFTER_MS
    },
  }
}

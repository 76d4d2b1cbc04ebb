// Lets no new sale and no look-up begin while the CRM does not answer. Sales that have begun go on.

import type { Timer } from '../../../application/base/clock.port.ts'
import { type Instant, LONG_AGO, later, msBetween } from '../../../domain/time.ts'

/** Calls in a row without an answer after which nothing new begins. A refusal is an answer. */
const FAILURES_MAX = 10

/**
 * Milliseconds in which nothing new begins. Each probe that fails doubles them, up to the maximum.
 */
const OPEN_FIRST_MS = 2_000
const OPEN_MAX_MS = 60_000

/** Milliseconds after which a probe without any result is given up: the next sale is the probe. */
const PROBE_MAX_MS = 60_000

/**
 * After `FAILURES_MAX` calls without an answer nothing new begins for a while. Then one sale may
 * begin, the probe: its calls show whether the CRM answers again. Until then no other sale begins.
 */
export interface Breaker {
  /** Records whether the CRM answered a call. */
  record(answered: boolean): void

  /**
   * Records a call that was not made, for want of a token. It shows nothing of the CRM, and it may
   * have been the probe's: another sale may be the probe.
   */
  recordNotMade(): void

  /** Milliseconds until something new may begin; 0 when it may begin now. */
  waitMs(): number

  /** Whether nothing new begins but a probe, until a call is answered. */
  isOpen(): boolean

  /**
   * Makes the sale that begins now the probe, if one is needed. Call it only while `waitMs` is 0.
   *
   * @returns a function that gives the probe back; call it when the sale does not begin. Such a
   *   sale makes no call, so all others would be turned away until the probe is given up
   */
  reserve(): () => void
}

export function makeBreaker(clock: Timer): Breaker {
  let failures = 0
  let openMs = 0
  let openUntil = LONG_AGO
  let probe: { readonly since: Instant } | undefined

  return {
    record(answered) {
      if (answered) {
        failures = 0
        openMs = 0
        openUntil = LONG_AGO
        probe = undefined
        return
      }
      failures += 1
      const isHalfOpen = openMs > 0 && clock.instant() >= openUntil
      if (failures >= FAILURES_MAX && (openMs === 0 || isHalfOpen)) open()
    },

    recordNotMade() {
      probe = undefined
    },

    waitMs() {
      const now = clock.instant()
      if (now < openUntil) return msBetween(now, openUntil)
      if (probe !== undefined && now < later(probe.since, PROBE_MAX_MS)) return OPEN_FIRST_MS
      return 0
    },

    isOpen: () => openMs > 0,

    reserve() {
      if (openMs === 0) return () => undefined
      const own = { since: clock.instant() }
      probe = own
      return () => {
        // This probe may have been given up since, and another sale may be the probe now.
        if (probe === own) probe = undefined
      }
    },
  }

  function open(): void {
    openMs = openMs === 0 ? OPEN_FIRST_MS : Math.min(openMs * 2, OPEN_MAX_MS)
    openUntil = later(clock.instant(), openMs)
    probe = undefined
  }
}

// Keeps what is new off a CRM that does not answer. What has begun does not ask.
import type { Clock } from '../../../application/base/clock.port.ts'

/** Calls in a row without an answer before new ones are kept off. A refusal is an answer. */
const FAILURES_MAX = 10

/** How long new work is kept off at first. Each probe that fails doubles it, up to the maximum. */
const OPEN_FIRST_MS = 2_000
const OPEN_MAX_MS = 60_000

/** A probe that has shown nothing for so long is given up: the next sale is another one. */
const PROBE_MAX_MS = 60_000

/**
 * After ten calls without an answer nothing new begins for a while. Then one sale is let in, the
 * probe: its calls show whether the CRM answers again, and the other sales wait for that.
 */
export interface Breaker {
  /** Counts one call: whether the CRM answered it. */
  record(answered: boolean): void

  /** Milliseconds until something new may begin; 0 when it may now. */
  waitMs(): number

  /**
   * Makes the sale that begins now the probe, if one is needed. To be called while `waitMs` is 0.
   *
   * @returns gives the probe back, for a sale that does not begin: without it nothing would show
   *   how the CRM is, and new sales would be turned away until the probe is given up
   */
  reserve(): () => void
}

export function makeBreaker(clock: Clock): Breaker {
  let failures = 0
  let openMs = 0
  let openUntil = Number.NEGATIVE_INFINITY
  let probe: { readonly since: number } | undefined

  return {
    record(answered) {
      if (answered) {
        failures = 0
        openMs = 0
        openUntil = Number.NEGATIVE_INFINITY
        probe = undefined
        return
      }
      failures += 1
      const isHalfOpen = openMs > 0 && clock.now() >= openUntil
      if (failures >= FAILURES_MAX && (openMs === 0 || isHalfOpen)) open()
    },

    waitMs() {
      const now = clock.now()
      if (now < openUntil) return openUntil - now
      if (probe !== undefined && now < probe.since + PROBE_MAX_MS) return OPEN_FIRST_MS
      return 0
    },

    reserve() {
      if (openMs === 0) return () => undefined
      const own = { since: clock.now() }
      probe = own
      return () => {
        // By now the probe may be another sale's.
        if (probe === own) probe = undefined
      }
    },
  }

  function open(): void {
    openMs = openMs === 0 ? OPEN_FIRST_MS : Math.min(openMs * 2, OPEN_MAX_MS)
    openUntil = clock.now() + openMs
    probe = undefined
  }
}

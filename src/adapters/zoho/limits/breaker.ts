import type { Clock } from '../../../application/base/clock.port.ts'

/** Calls in a row that came to nothing before new ones are kept off. Refusals are answers. */
const FAILURES_MAX = 10

const OPEN_FIRST_MS = 2_000
const OPEN_MAX_MS = 60_000

/** A probe that shows nothing for so long is given up, and another one let in. */
const PROBE_MAX_MS = 60_000

/** Keeps what is new off a CRM that does not answer; what has begun is not asked. */
export interface Breaker {
  /** Told of each call: whether Zoho gave it an answer, if only a refusal. */
  saw(answered: boolean): void

  /** Milliseconds until it is worth asking again; 0 when something new may begin. */
  waitMs(): number

  /** The same; and what it lets in after a bad time is the probe, so the next is kept off. */
  enter(): number
}

export function makeBreaker(clock: Clock): Breaker {
  let failures = 0
  let openMs = 0
  let openUntil = Number.NEGATIVE_INFINITY
  let probedAt: number | undefined

  return {
    saw(answered) {
      if (answered) {
        failures = 0
        openMs = 0
        openUntil = Number.NEGATIVE_INFINITY
        probedAt = undefined
        return
      }
      failures += 1
      const isHalfOpen = openMs > 0 && clock.now() >= openUntil
      if (failures >= FAILURES_MAX && (openMs === 0 || isHalfOpen)) open()
    },

    waitMs,

    enter() {
      const ms = waitMs()
      if (ms === 0 && openMs > 0) probedAt = clock.now()
      return ms
    },
  }

  function open(): void {
    openMs = openMs === 0 ? OPEN_FIRST_MS : Math.min(openMs * 2, OPEN_MAX_MS)
    openUntil = clock.now() + openMs
    probedAt = undefined
  }

  function waitMs(): number {
    const now = clock.now()
    if (now < openUntil) return openUntil - now
    if (probedAt !== undefined && now < probedAt + PROBE_MAX_MS) return OPEN_FIRST_MS
    return 0
  }
}

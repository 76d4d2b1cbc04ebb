import type { Clock } from '../../../application/base/clock.port.ts'
import type { Random } from '../../../application/base/random.port.ts'
import type { Priority } from '../../../application/crm/crm.port.ts'

/** How a call ended, as far as it says something of Zoho's limits. */
export type CallEnding = 'answered' | 'throttled' | 'silent'

export type Release = (ending: CallEnding) => void

/** Keeps the calls in flight, of all sales together, under what Zoho allows the organisation. */
export interface Limiter {
  /** Waits for a place and says how to give it back; `undefined` when `signal` was aborted first. */
  take(priority: Priority, signal: AbortSignal): Promise<Release | undefined>

  /** Calls that wait for a place. */
  waiting(): number

  /** Whether a 429 keeps every call waiting for a while. */
  paused(): boolean

  /** Calls that may be in flight at the moment. */
  limit(): number
}

/** Without a 429 for so long, one more call is tried. */
const INCREASE_AFTER_MS = 5_000

/** The pause after the first 429; it doubles with each that follows without an answer between. */
const PAUSE_FIRST_MS = 1_000
const PAUSE_MAX_MS = 60_000

type Waiting = { readonly priority: Priority; readonly admit: () => void }

/** Zoho's 429 says neither why nor for how long, so the limit feels its way. */
export function makeLimiter(deps: {
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
  readonly maxConcurrency: number
}): Limiter {
  const { clock, random, maxConcurrency } = deps
  const inFlight = { rollback: 0, forward: 0, new: 0, retry: 0 }
  // Bounded by the callers: each waits no longer than its own time for the call.
  const queues: Readonly<Record<Priority, Waiting[]>> = {
    rollback: [],
    forward: [],
    new: [],
    retry: [],
  }
  let limit = maxConcurrency
  let limitChangedAt = Number.NEGATIVE_INFINITY
  let throttledAt = Number.NEGATIVE_INFINITY
  let throttledInARow = 0
  let pausedUntil = Number.NEGATIVE_INFINITY

  return {
    limit: () => limit,
    paused,
    waiting: () => Object.values(queues).reduce((sum, queue) => sum + queue.length, 0),

    async take(priority, signal) {
      if (signal.aborted) return undefined
      const admitted = turn(priority, signal)
      letThrough()
      if (!(await admitted)) return undefined
      const admittedAt = clock.now()
      let held = true
      return (ending) => {
        if (!held) return
        held = false
        inFlight[priority] -= 1
        learn(ending, admittedAt)
        letThrough()
      }
    },
  }

  function turn(priority: Priority, signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const queue = queues[priority]
    const waiting: Waiting = {
      priority,
      admit: () => {
        signal.removeEventListener('abort', giveUp)
        inFlight[priority] += 1
        resolve(true)
      },
    }
    const giveUp = () => {
      queue.splice(queue.indexOf(waiting), 1)
      resolve(false)
    }
    queue.push(waiting)
    signal.addEventListener('abort', giveUp, { once: true })
    return promise
  }

  function letThrough(): void {
    if (paused()) return
    while (total() < limit) {
      const queue = nextQueue()
      const waiting = queue?.shift()
      if (waiting === undefined) return
      waiting.admit()
    }
  }

  /** Deletes go first, but slow ones must not starve creates, which would make more rollbacks. */
  function nextQueue(): Waiting[] | undefined {
    const { rollback, forward, new: fresh, retry } = queues
    const half = Math.ceil(limit / 2)
    const deletesMayGo = forward.length === 0 || inFlight.rollback + inFlight.retry < half
    if (rollback.length > 0 && deletesMayGo) return rollback
    return [forward, fresh, retry].find((queue) => queue.length > 0)
  }

  function paused(): boolean {
    return clock.now() < pausedUntil
  }

  function total(): number {
    return inFlight.rollback + inFlight.forward + inFlight.new + inFlight.retry
  }

  function learn(ending: CallEnding, admittedAt: number): void {
    const now = clock.now()
    if (ending === 'throttled') {
      // Calls that were in flight already when the first 429 came share its blame.
      if (admittedAt <= throttledAt) return
      throttledAt = now
      throttledInARow += 1
      const fullMs = Math.min(PAUSE_FIRST_MS * 2 ** Math.min(throttledInARow - 1, 30), PAUSE_MAX_MS)
      pauseUntil(now + Math.round(fullMs * random.fraction()))
      limit = Math.max(1, Math.floor(limit / 2))
      limitChangedAt = now
    } else if (ending === 'answered') {
      throttledInARow = 0
      if (limit >= maxConcurrency || now < limitChangedAt + INCREASE_AFTER_MS) return
      limit += 1
      limitChangedAt = now
    }
  }

  function pauseUntil(until: number): void {
    if (until <= pausedUntil) return
    pausedUntil = until
    wakeLater()
  }

  /** A timer may fire a moment early, and then nobody else would wake those who wait. */
  function wakeLater(): void {
    void clock.sleep(pausedUntil - clock.now()).then(() => (paused() ? wakeLater() : letThrough()))
  }
}

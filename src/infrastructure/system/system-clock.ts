// The clocks of this machine.

import type { Clock } from '../../application/base/clock.port.ts'
import { type EpochMs, instantAt } from '../../domain/time.ts'

/** The longest timer of Node, in milliseconds. A longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/**
 * The one place that reads the time. On Linux `performance.now` and the timers of Node and Deno are on
 * CLOCK_MONOTONIC: they stand still while the machine is suspended.
 */
export function makeSystemClock(): Clock {
  return {
    now: () => Date.now() as EpochMs,
    instant: () => instantAt(Math.floor(performance.now())),
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      // Not `node:timers/promises`: an aborted wait there is an error with a stack, and each call to the
      // CRM ends by aborting its time limit.
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, Math.min(Math.max(ms, 0), TIMER_MS_MAX))
      signal?.addEventListener('abort', wake, { once: true })
      return promise
    },
  }
}

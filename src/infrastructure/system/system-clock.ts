import { setTimeout as timer } from 'node:timers/promises'
import type { Clock } from '../../application/base/clock.port.ts'
import type { EpochMs } from '../../domain/time.ts'

/** The longest that a timer of Node takes; a longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** The one place that asks for the time. A clock that is set while we run does not reach us. */
export function makeSystemClock(): Clock {
  const startedAt = Date.now() - performance.now()
  return {
    now: () => Math.floor(startedAt + performance.now()) as EpochMs,
    async sleep(ms, signal) {
      const wait = timer(Math.min(Math.max(ms, 0), TIMER_MS_MAX), undefined, { signal })
      // An aborted timer rejects; for us it is simply over.
      await wait.catch(() => undefined)
    },
  }
}

// The clock of this machine.

import { setTimeout as timer } from 'node:timers/promises'
import type { Clock } from '../../application/base/clock.port.ts'
import type { EpochMs } from '../../domain/time.ts'

/** The longest timer of Node, in milliseconds. A longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** The one place that reads the time. Setting the clock of the machine does not change it in a running process. */
export function makeSystemClock(): Clock {
  const startedAt = Date.now() - performance.now()
  return {
    now: () => Math.floor(startedAt + performance.now()) as EpochMs,
    async sleep(ms, signal) {
      const wait = timer(Math.min(Math.max(ms, 0), TIMER_MS_MAX), undefined, { signal })
      // An aborted timer rejects; `sleep` only ends early.
      await wait.catch(() => undefined)
    },
  }
}

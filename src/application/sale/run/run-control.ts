// What ends a run from outside, or its pause before a retry.
import type { Timer } from '../../base/clock.port.ts'

export interface RunControl {
  /** Aborted when the run is to end, at the next point where nothing is in flight. */
  readonly leaving: AbortSignal

  leave(): void

  /** Ends the pause before the next retry. A run that is just trying skips the pause after it. */
  retryNow(): void

  /** Resolves after so many milliseconds, or at once on `leave` and `retryNow`. */
  untilRetry(ms: number): Promise<void>
}

export function makeRunControl(clock: Timer): RunControl {
  const left = new AbortController()
  let isToRetryNow = false
  let endPause: () => void = () => undefined

  return {
    leaving: left.signal,

    leave() {
      left.abort()
      endPause()
    },

    retryNow() {
      isToRetryNow = true
      endPause()
    },

    async untilRetry(ms) {
      if (!isToRetryNow && !left.signal.aborted) {
        const pause = new AbortController()
        endPause = () => pause.abort()
        await clock.sleep(ms, pause.signal)
      }
      isToRetryNow = false
    },
  }
}

// What ends a run from outside, or its pause before a retry.
import type { Timer } from '../../base/clock.port.ts'
import type { Sequence } from './sale-store.port.ts'

export interface RunControl {
  /** Aborted when the run is to end, at the next point where nothing is in flight. */
  readonly leaving: AbortSignal

  leave(): void

  /** To be told how many events of its sale the run knows, each time these are more. */
  knows(more: Sequence): void

  /**
   * Ends the run where it is in a pause and knows fewer events than these: others have added to the sale. Outside
   * of a pause its own may be in the log before it knows.
   */
  leaveOutgrown(stored: Sequence): void

  /** Resolves after so many milliseconds, or at once on `leave`. */
  pause(ms: number): Promise<void>

  /** Ends the pause before the next retry. A run that is just trying skips the pause after it. */
  retryNow(): void

  /** Resolves after so many milliseconds, or at once on `leave` and `retryNow`. */
  untilRetry(ms: number): Promise<void>
}

/** @param sequence how many events of its sale the run knows when it begins */
export function makeRunControl(clock: Timer, sequence: Sequence): RunControl {
  const left = new AbortController()
  let isToRetryNow = false
  let known = sequence
  let isPausing = false
  let endPause: () => void = () => undefined

  function leave(): void {
    left.abort()
    endPause()
  }

  async function pause(ms: number, until: AbortSignal): Promise<void> {
    isPausing = true
    await clock.sleep(ms, until)
    isPausing = false
  }

  return {
    leaving: left.signal,

    leave,

    knows(more) {
      known = more
    },

    leaveOutgrown(stored) {
      if (isPausing && known < stored) leave()
    },

    pause: (ms) => pause(ms, left.signal),

    retryNow() {
      isToRetryNow = true
      endPause()
    },

    async untilRetry(ms) {
      if (!isToRetryNow && !left.signal.aborted) {
        const untilRetry = new AbortController()
        endPause = () => untilRetry.abort()
        await pause(ms, untilRetry.signal)
      }
      isToRetryNow = false
    },
  }
}

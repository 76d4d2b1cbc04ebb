// A time-out as an abort signal, on the clock of the application.

import type { Timer } from '../../../application/base/clock.port.ts'

export type TimeLimit = {
  /** Aborted when the time is over, unless `end` was called before. */
  readonly signal: AbortSignal
  /** Stops the timer; the signal is not aborted any more. */
  end(): void
}

/** Why a limit that was kept is aborted. Without a reason each `abort` makes an error with a stack. */
const KEPT = 'kept'

/** Starts a time limit of so many milliseconds; with 0 or less it is over at once. */
export function timeLimit(clock: Timer, ms: number): TimeLimit {
  const over = new AbortController()
  const ended = new AbortController()
  if (ms <= 0) over.abort()
  else {
    void clock.sleep(ms, ended.signal).then(() => {
      if (!ended.signal.aborted) over.abort()
    })
  }
  return { signal: over.signal, end: () => ended.abort(KEPT) }
}

import type { Clock } from '../../../application/base/clock.port.ts'

export type TimeLimit = {
  /** Aborted when the time is over. */
  readonly signal: AbortSignal
  /** What the time was for is done: the signal is never aborted after this. */
  end(): void
}

/** Begins now; with no milliseconds left it is over at once. */
export function timeLimit(clock: Clock, ms: number): TimeLimit {
  const over = new AbortController()
  const ended = new AbortController()
  if (ms <= 0) over.abort()
  else {
    void clock.sleep(ms, ended.signal).then(() => {
      if (!ended.signal.aborted) over.abort()
    })
  }
  return { signal: over.signal, end: () => ended.abort() }
}

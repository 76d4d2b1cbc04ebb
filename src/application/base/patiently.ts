// Retries an operation while its dependency is unavailable.
import { type Backoff, backoffMs, jitteredBackoffMs } from './backoff.ts'
import type { Clock } from './clock.port.ts'
import { errorCode } from './errors.ts'
import type { Random } from './random.port.ts'

export type Patience = {
  readonly clock: Pick<Clock, 'sleep'>
  readonly backoff: Backoff
  /** Ends the pause, and the retries after it. Without it they go on as long as the process lives. */
  readonly stop?: AbortSignal | undefined
  /** Takes up to half off each pause. Without it a pause is as long as the backoff has it. */
  readonly random?: Pick<Random, 'fraction'>
  /** Whether an error is retried. Without it only `unavailable` is. */
  readonly isRetried?: (error: unknown) => boolean
  /** Called before each pause; `failed` counts the attempts so far, from 1. */
  readonly onFailure?: (error: unknown, failed: number) => void
}

/**
 * Repeats an operation while its dependency is `unavailable`, with a pause before each retry.
 * `work` is tried at least once, also where `stop` is aborted already.
 *
 * @returns what `work` returned, or `undefined` when `stop` ended the retries
 * @throws whatever else `work` throws
 */
export async function patiently<Value>(
  { clock, backoff, stop, random, isRetried = isUnavailable, onFailure }: Patience,
  work: () => Promise<Value>,
): Promise<Value | undefined> {
  for (let failed = 1; ; failed += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isRetried(error)) throw error
      onFailure?.(error, failed)
    }
    const pauseMs =
      random === undefined
        ? backoffMs(backoff, failed)
        : jitteredBackoffMs(backoff, failed, random.fraction())
    await clock.sleep(pauseMs, stop)
    if (stop?.aborted) return undefined
  }
}

function isUnavailable(error: unknown): boolean {
  return errorCode(error) === 'unavailable'
}

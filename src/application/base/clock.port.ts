import type { EpochMs } from '../../domain/time.ts'

export interface Clock {
  /** Wall time when the process began plus what has passed since: it never goes back. */
  now(): EpochMs

  /** Resolves after `ms` milliseconds, or at once when `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

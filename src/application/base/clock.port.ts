import type { EpochMs } from '../../domain/time.ts'

/** The time, and waiting for it. */
export interface Clock {
  /** Wall time at the start of the process plus the time since: it never goes back. */
  now(): EpochMs

  /** Resolves after `ms` milliseconds, or at once when `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

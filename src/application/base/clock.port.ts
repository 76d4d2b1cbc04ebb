import type { EpochMs, Instant } from '../../domain/time.ts'

/** Wall time: for what is recorded, shown, or compared with stored times or with other machines. */
export interface WallClock {
  /** Read anew each time. It jumps when somebody sets the clock, and after the machine was suspended. */
  now(): EpochMs
}

/** The monotonic clock of this process: for what is waited for, and for how long something took. */
export interface Timer {
  /** Never jumps, and stands still while the machine is suspended. */
  instant(): Instant

  /**
   * Resolves after `ms` milliseconds of the monotonic clock, or at once when `signal` is aborted.
   * Never rejects. A timer may fire a millisecond early.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Both. Who needs one of them takes that one only, and cannot ask the other by mistake. */
export interface Clock extends WallClock, Timer {}

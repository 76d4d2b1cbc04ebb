import type { InstanceNumber } from './instances.port.ts'

/**
 * What one instance does for all:
 *
 * - `sealer` signs the checkpoints that are due by time, by events, at a start and at a stop.
 * - `prober` asks the CRM, once a minute, whether an account that is shut is open again.
 */
export type Duty = 'sealer' | 'prober'

/** Which instance has which duty. An instance that others took for dead, or that left, has none. */
export interface Duties {
  /**
   * Makes this instance the one with the duty, unless a living one has it.
   *
   * @returns whether it has it now
   * @throws {AppError} `unavailable`: it may have it or not; it can be repeated
   */
  take(duty: Duty, instance: InstanceNumber): Promise<boolean>
}

// Keeps the lease of this process alive, and makes a new instance of it when others took it for dead.
import { STORE_BACKOFF } from '../base/backoff.ts'
import type { Timer } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import type { OwnLease } from './lease.ts'

/** Renewals in one lease: two may fail, and it still goes on. */
const RENEWALS_IN_A_LEASE = 3

/**
 * Renews the lease until `stop` is aborted. Waits while the database is unavailable.
 *
 * @throws {AppError} `refused` where the tables were changed while this process was taken for dead, and its version
 *   may not serve them
 */
export type KeepLease = (stop: AbortSignal) => Promise<void>

export function makeKeepLease(deps: {
  readonly lease: OwnLease
  readonly clock: Timer
  readonly logger: Logger
  /** Ends all that this process does as the dead instance, and resolves when none of its calls can still be sent. */
  readonly onDead: () => Promise<void>
  /** Called while the lease cannot be renewed, and when it is again: other instances may not have come to it yet. */
  readonly onLate?: () => void
  /** Called when this process is another instance. */
  readonly onJoined?: () => Promise<void>
}): KeepLease {
  const { lease, clock, logger, onDead, onLate, onJoined } = deps
  const everyMs = Math.floor(lease.leaseMs / RENEWALS_IN_A_LEASE)

  return async function keepLease(stop) {
    while (!stop.aborted) {
      await clock.sleep(everyMs, stop)
      if (stop.aborted) return
      let isLate = false
      const noteLate = () => {
        isLate = true
        onLate?.()
      }
      const renewal = await untilReached(() => lease.renew(), stop, noteLate)
      if (renewal === 'revived') {
        logger.warn({ instance: lease.number() }, 'the lease was over and goes on')
      }
      if (isLate || renewal === 'revived') onLate?.()
      if (renewal === 'dead') await beginAnew(stop)
    }
  }

  async function beginAnew(stop: AbortSignal): Promise<void> {
    const dead = lease.number()
    logger.warn({ instance: dead }, 'other instances took this one for dead: its sales are theirs')
    await onDead()
    const instance = await untilReached(() => lease.join(), stop)
    if (instance === undefined) return
    logger.info({ instance, dead }, 'joined anew')
    await onJoined?.()
  }

  /**
   * A renewal or a joining without an answer is made again: at worst an instance is left that nobody is, until its
   * lease ends.
   */
  function untilReached<T>(
    work: () => Promise<T>,
    stop: AbortSignal,
    onRetry?: () => void,
  ): Promise<T | undefined> {
    const onFailure = (err: unknown, failed: number) => {
      onRetry?.()
      logger.warn({ err, failed }, 'lease not renewed yet')
    }
    const isRetried = (error: unknown) =>
      errorCode(error) === 'unavailable' || errorCode(error) === 'lost'
    const backoff = { ...STORE_BACKOFF, maxMs: Math.min(STORE_BACKOFF.maxMs, everyMs) }
    return patiently({ clock, backoff, stop, onFailure, isRetried }, work)
  }
}

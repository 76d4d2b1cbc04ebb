// What this process knows of its own lease, by its own clocks.
import { type EpochMs, type Instant, later, plusMs } from '../../domain/time.ts'
import type { Clock } from '../base/clock.port.ts'
import type { InstanceNumber, Instances, Renewal } from './instances.port.ts'

/** The part of a lease that is not used, for clocks that do not run alike. */
const MARGIN = 0.1

export interface Lease {
  /** The instance as which this process writes now; `null` where it has the database alone. */
  number(): InstanceNumber | null

  /**
   * Whether nobody can have taken this process for dead yet. To be asked right before a request that
   * changes something elsewhere is written, because no fence of the database reaches there.
   */
  holds(): boolean
}

/** For a process that has its database alone, as with a file that only one process may serve. */
export const ALONE: Lease = { number: () => null, holds: () => true }

/** A lease that is kept. */
export interface OwnLease extends Lease {
  /** Milliseconds from a renewal until other instances may take this one for dead. */
  readonly leaseMs: number

  /**
   * Becomes a new instance, with a number that none has had.
   *
   * @throws {AppError} as `Instances`; `refused` where this version may not serve the database
   */
  join(): Promise<InstanceNumber>

  /**
   * Begins a new lease. When this instance is dead, `holds` stays false until `join`.
   *
   * @throws {AppError} as `Instances`
   */
  renew(): Promise<Renewal>

  /** Ends it, so that the others need not wait. @throws {AppError} as `Instances` */
  leave(): Promise<void>
}

/**
 * Counts from before the request for a lease was sent, so that it ends here before it ends in the database;
 * by both clocks, because the monotonic one stands still while a machine is suspended.
 *
 * @param deps.name of this instance, for people
 * @param deps.requireServable throws an AppError `refused` where this version may not serve the database. To be
 *   asked when the instance is there, because nobody changes the tables under one; and before it does anything.
 */
export function makeLease(deps: {
  readonly instances: Instances
  readonly clock: Clock
  readonly name: string
  readonly leaseMs: number
  readonly requireServable?: () => Promise<void>
}): OwnLease {
  const { instances, clock, name, leaseMs, requireServable } = deps
  let own: InstanceNumber | undefined
  let until: { readonly instant: Instant; readonly wall: EpochMs } | undefined

  function heldFrom(): typeof until {
    const ms = Math.floor(leaseMs * (1 - MARGIN))
    return { instant: later(clock.instant(), ms), wall: plusMs(clock.now(), ms) }
  }

  function number(): InstanceNumber {
    if (own === undefined) throw new Error('an instance writes before it has joined')
    return own
  }

  return {
    leaseMs,
    number,

    holds: () => until !== undefined && clock.instant() < until.instant && clock.now() < until.wall,

    async join() {
      const heldUntil = heldFrom()
      const joined = await instances.join(name, leaseMs)
      try {
        await requireServable?.()
      } catch (error) {
        // Without it whoever changes the tables next waits until this lease is over.
        await instances.leave(joined).catch(() => undefined)
        throw error
      }
      own = joined
      until = heldUntil
      return joined
    },

    async renew() {
      const heldUntil = heldFrom()
      const renewal = await instances.renew(number(), leaseMs)
      until = renewal === 'dead' ? undefined : heldUntil
      return renewal
    },

    async leave() {
      until = undefined
      if (own !== undefined) await instances.leave(own)
    },
  }
}

// The instances that serve one database, and which of them runs which sale.

import type { Brand } from '../../domain/brand.ts'
import type { SaleId } from '../../domain/ids.ts'

/** Names one life of one instance, and fences it: no other ever has the same, whatever restarts. */
export type InstanceNumber = Brand<number, 'InstanceNumber'>

/**
 * - `renewed` the lease goes on.
 * - `revived` it was over, and nobody took this instance for dead. It still owns its sales, but what was
 *             counted as its own by the lease alone (places in flight) others may have by now.
 * - `dead`    another instance took it for dead: it owns nothing any more.
 */
export type Renewal = 'renewed' | 'revived' | 'dead'

export type OwnedSale = { readonly saleId: SaleId; readonly sequence: number }

/**
 * Who serves a database, by leases that the database's own clock rules. Each method throws an AppError
 * `unavailable` when the database cannot be reached. What got no answer may be done again.
 */
export interface Instances {
  /**
   * Adds an instance.
   *
   * @param leaseMs milliseconds for which it lives without a renewal
   */
  join(name: string, leaseMs: number): Promise<InstanceNumber>

  /** Begins a new lease for an instance that is not dead. */
  renew(instance: InstanceNumber, leaseMs: number): Promise<Renewal>

  /** Says that it takes no sale over any more: the others share them out without it. It keeps what it owns. */
  retire(instance: InstanceNumber): Promise<void>

  /** Ends the lease at once: other instances take its sales over. */
  leave(instance: InstanceNumber): Promise<void>

  /**
   * Removes the instances whose lease is over, so that they own nothing any more, and makes this one the
   * owner of its share of the unfinished sales that nobody owns: the others find theirs the same way. One that
   * has retired has no share.
   *
   * @param limit sales that are taken over at most, the oldest first
   * @returns those that were taken over
   */
  takeOver(instance: InstanceNumber, limit: number): Promise<readonly SaleId[]>

  /**
   * Up to `limit` unfinished sales that this instance owns and that began after `after`, oldest first, and how many
   * events each has.
   */
  owned(
    instance: InstanceNumber,
    after: SaleId | undefined,
    limit: number,
  ): Promise<readonly OwnedSale[]>

  /** Makes this instance the owner of a sale, unless another one owns it that is not dead. Returns whether it is. */
  claim(instance: InstanceNumber, saleId: SaleId): Promise<boolean>
}

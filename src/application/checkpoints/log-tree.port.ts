import type { Hash } from '../../domain/log/hash.ts'
import type { NodeAt } from '../../domain/log/tree-ranges.ts'

/** The stored Merkle tree (RFC 6962) over the whole log. It holds durable events only. */
export interface LogTree {
  /** How many events the tree covers. Leaf 0 is the event at position 1. */
  size(): Promise<number>

  /**
   * The hashes of complete subtrees, in the order of `at`.
   *
   * @throws {AppError} `unreadable` when one of them is missing
   */
  nodes(at: readonly NodeAt[]): Promise<readonly Hash[]>

  /** Up to `limit` leaves after position `after`, each with the body of its event. */
  leaves(after: number, limit: number): Promise<readonly StoredLeaf[]>

  /**
   * Builds the whole tree anew from the events as they are, and returns its size. Only for a log
   * whose difference from its checkpoint a person has accepted: it hides every other change.
   */
  rebuild(): Promise<number>
}

export type StoredLeaf = {
  readonly position: number
  readonly leaf: Hash
  /** The event as it is stored; `undefined` where it is missing. */
  readonly body: Uint8Array | undefined
}

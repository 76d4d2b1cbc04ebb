import type { Hash } from '../../domain/log/hash.ts'
import type { NodeAt } from '../../domain/log/tree-ranges.ts'

/** The stored Merkle tree of RFC 6962 over the whole log. Only events that are durable are in it. */
export interface LogTree {
  /** How many events the tree covers: leaf 0 is the event at position 1. */
  size(): Promise<number>

  /**
   * The hashes of complete subtrees, in the order asked for.
   *
   * @throws {AppError} `unreadable` when one of them is not there.
   */
  nodes(at: readonly NodeAt[]): Promise<readonly Hash[]>

  /** Up to `limit` leaves after position `after`, each with the event it stands for. */
  leaves(after: number, limit: number): Promise<readonly StoredLeaf[]>

  /**
   * Makes the tree anew from the events as they are, and says its size. For a log whose difference
   * from its checkpoint a person has accepted, and for nothing else.
   */
  rebuild(): Promise<number>
}

export type StoredLeaf = {
  readonly position: number
  readonly leaf: Hash
  /** The bytes of the event as they are stored; `undefined` where it is not there. */
  readonly body: Uint8Array | undefined
}

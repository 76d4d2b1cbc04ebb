// A page of the checkpoints of the log, each held against the log as it is now.

import { type Checkpoint, parseCheckpoint } from '../../domain/log/checkpoint.ts'
import { sameBytes } from '../../domain/log/hash.ts'
import { errorCode } from '../base/errors.ts'
import type { TreeProofs } from '../checkpoints/tree-proofs.ts'
import type { SignedTree } from '../verify/signed-tree.ts'
import type {
  CheckpointPlace,
  EventsBeside,
  ReadingFrom,
  StoredCheckpoint,
} from './events-beside.port.ts'
import type { EventsQuery } from './read-events-beside.ts'

export type CheckpointsQuery = Pick<EventsQuery, 'from' | 'to' | 'limit'> & {
  readonly reading: ReadingFrom<CheckpointPlace>
}

/** How a checkpoint stands to the log as it is now. */
export type CheckpointStanding =
  | 'holds'
  /** Another key signed it, such as one that was lost: `audit accept-loss --new-key`. */
  | 'otherKey'
  /** The log is no longer the one that was signed. A loss that was accepted leaves such ones behind. */
  | 'otherLog'
  | 'unreadable'

export type ListedCheckpoint = CheckpointPlace & {
  readonly size: number
  /** What the note says, with root and reason; `undefined` where it cannot be read. */
  readonly stated: Checkpoint | undefined
  /** Name and id of each key that signed it. */
  readonly signers: readonly { readonly name: string; readonly keyId: string }[]
  readonly standing: CheckpointStanding
}

export type CheckpointsRead = {
  /** Newest first. */
  readonly checkpoints: readonly ListedCheckpoint[]
  /** Whether there are more in the direction of reading. */
  readonly more: boolean
}

/** @throws {AppError} `unavailable` or `lost` */
export type ListCheckpoints = (query: CheckpointsQuery) => Promise<CheckpointsRead>

export function makeListCheckpoints(deps: {
  readonly eventsBeside: Pick<EventsBeside, 'readCheckpoints'>
  readonly signedTree: Pick<SignedTree, 'signedIn'>
  readonly proofs: Pick<TreeProofs, 'rootAt'>
}): ListCheckpoints {
  const { eventsBeside, signedTree, proofs } = deps

  return async ({ from, to, limit, reading }) => {
    // One more than asked for shows whether there is a next page.
    const read = await eventsBeside.readCheckpoints({ from, to }, reading, limit + 1)
    const rows = read.slice(0, limit)
    const checkpoints: ListedCheckpoint[] = []
    for (const row of reading.towards === 'newer' ? rows.toReversed() : rows) {
      checkpoints.push(await listed(row))
    }
    return { checkpoints, more: read.length > limit }
  }

  async function listed({ note, number, at, size }: StoredCheckpoint): Promise<ListedCheckpoint> {
    const parsed = parseCheckpoint(note)
    const signers = parsed?.signed.signatures.map(({ name, keyId }) => ({ name, keyId })) ?? []
    const stated = parsed?.checkpoint
    return { number, at, size, stated, signers, standing: await standingOf(note, stated) }
  }

  async function standingOf(
    note: string,
    stated: Checkpoint | undefined,
  ): Promise<CheckpointStanding> {
    if (stated === undefined) return 'unreadable'
    if (signedTree.signedIn(note) === undefined) return 'otherKey'
    try {
      return sameBytes(await proofs.rootAt(stated.size), stated.root) ? 'holds' : 'otherLog'
    } catch (error) {
      if (errorCode(error) === 'unreadable') return 'otherLog'
      throw error
    }
  }
}

// Finds out whether a group of writes is stored, when the answer to its commit did not arrive.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import { backoffMs, STORE_BACKOFF } from '../../../../application/base/backoff.ts'
import { AppError } from '../../../../application/base/errors.ts'
import {
  type KnownLog,
  requireLeaf,
  requireLength,
} from '../../../../application/checkpoints/known-log.ts'
import { type Hash, sameBytes } from '../../../../domain/log/hash.ts'
import type { Database } from '../../database/database.ts'
import { DatabaseFailure } from '../../database/database-failure.ts'
import type { Schema } from '../../database/schema.ts'
import { type LogRows, leafAt } from './log-rows.ts'

/** Looks at the database, until it answers. The pauses between them are two minutes together. */
export const READ_BACK_TRIES_MAX = 30

/** The events of a group. */
export type GroupEvents = {
  /** How long the log was before them. */
  readonly after: number
  readonly leaves: readonly Hash[]
}

/**
 * Whether these events are stored, for good: it is not said before the transaction that wrote them has ended.
 *
 * @throws {AppError} `lost` when the database cannot be asked for too long, or the log is not the one that is known
 */
export type ReadBack = (events: GroupEvents) => Promise<boolean>

export type ReadBackOptions = {
  /** What the log has to be; what is found stored is noted in it. */
  readonly known?: KnownLog | undefined
  /** Waits for so many milliseconds. */
  readonly pause?: ((ms: number) => Promise<unknown>) | undefined
}

export function makeReadBack(
  { kysely, logHead }: Pick<Database, 'kysely' | 'logHead'>,
  { readNodes }: Pick<LogRows, 'readNodes'>,
  { known, pause = sleep }: ReadBackOptions = {},
): ReadBack {
  return async (events) => {
    for (let tries = 1; ; tries += 1) {
      try {
        const stored = await kysely.transaction().execute((tx) => isStored(tx, events))
        if (stored) noteEnd(known, events)
        return stored
      } catch (cause) {
        // Such as that of a log that is another one: it is no answer, and no failure that passes.
        if (!(cause instanceof DatabaseFailure)) throw cause
        if (tries >= READ_BACK_TRIES_MAX) {
          throw new AppError('lost', 'group: nobody knows whether it is stored', { cause })
        }
      }
      await pause(backoffMs(STORE_BACKOFF, tries))
    }
  }

  /**
   * The old transaction holds the head of the log for as long as it can still be committed: its connection may
   * be one that only the server takes for whole. So the head is locked first; the settings of the connection
   * end an old transaction that hears nothing more. The lock is a change, and so this commit waits for the
   * standby, as that of the group should have: what it saw is there, too. The size alone would say nothing,
   * because others append as well.
   */
  async function isStored(
    tx: Transaction<Schema>,
    { after, leaves }: GroupEvents,
  ): Promise<boolean> {
    const size = await logHead.lock(tx)
    await requireKnown(tx, size)
    if (size < after + leaves.length) return false
    const nodes = await readNodes(
      tx,
      leaves.map((_, index) => leafAt(after + index + 1)),
    )
    return nodes.every(({ hash }, index) => sameBytes(hash, leaves[index] ?? new Uint8Array()))
  }

  async function requireKnown(tx: Transaction<Schema>, size: number): Promise<void> {
    const seen = known?.newest()
    if (seen === undefined) return
    requireLength(seen, size)
    const [node] = await readNodes(tx, [leafAt(seen.size)])
    requireLeaf(seen, node?.hash, size)
  }
}

/** Notes where the log ends after a group that is stored. */
export function noteEnd(known: KnownLog | undefined, { after, leaves }: GroupEvents): void {
  const leaf = leaves.at(-1)
  if (leaf !== undefined) known?.note({ size: after + leaves.length, leaf })
}

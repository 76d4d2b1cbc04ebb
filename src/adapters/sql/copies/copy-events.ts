// Copies the events of a log, with the tree over them made anew, and reads them again from the copy.

import type { Kysely, Transaction } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import {
  edgeFor,
  type GrowingTree,
  growingTree,
  type TreeNode,
} from '../../../domain/log/growing-tree.ts'
import { type Hash, leafHashOfText } from '../../../domain/log/hash.ts'
import { nodesOf } from '../../../domain/log/tree-ranges.ts'
import type { Database } from '../database/database.ts'
import { DatabaseFailure } from '../database/database-failure.ts'
import type { EventTable, Schema } from '../database/schema.ts'
import { makeLogRows, makeNodeReader, treeSize } from '../log/rows/log-rows.ts'
import type { CopyEnd } from './copy-end.ts'

/** Events that are read at once, and written in one transaction. */
const PAGE_MAX = 500

/**
 * Copies the events that the copy lacks, page by page. What an earlier call has copied stays as it is.
 *
 * @throws {AppError} `unreadable` where an event is missing; `unavailable` where another process writes
 *   to the copy
 */
export async function copyEvents(from: CopyEnd, to: CopyEnd): Promise<void> {
  const { kysely } = to.database
  const write = writerOf(to)
  for (let size = await treeSize(kysely); ; ) {
    const events = await readAfter(from, size)
    if (events.length === 0) return
    await kysely
      .transaction()
      .execute((tx) => write(tx, size, events))
      .catch((error: unknown) => {
        throw isOperational(error) ? error : damaged(events, error)
      })
    size += events.length
  }
}

function writerOf({ database, name }: CopyEnd) {
  const { append, readNodes } = makeLogRows(database)
  return async (tx: Transaction<Schema>, size: number, events: readonly EventTable[]) => {
    if ((await database.logHead.lock(tx)) !== size) {
      throw new AppError('unavailable', `another process writes to ${name}`)
    }
    const tree = growingTree(size, await readNodes(tx, edgeFor(size, events.length)))
    const nodes = events.flatMap(({ body }): readonly TreeNode[] => tree.add(leafHashOfText(body)))
    await append(tx, { events, nodes, size: size + events.length })
  }
}

function isOperational(error: unknown): boolean {
  return error instanceof DatabaseFailure || error instanceof AppError
}

/** @throws {AppError} `unreadable` for events that no table takes, because their bodies were damaged */
function damaged(events: readonly EventTable[], cause: unknown): AppError {
  const [first, last] = [events[0]?.position, events.at(-1)?.position]
  const text = `one of the events ${first} to ${last} is damaged, and no database takes it: run gateway audit verify`
  return new AppError('unreadable', text, { cause })
}

/** The next events, each at its position: no table takes a log with a hole in it. */
async function readAfter(from: CopyEnd, size: number): Promise<readonly EventTable[]> {
  const events = await from.database.kysely
    .selectFrom('event')
    .select(['position', 'sale_id', 'sequence', 'type', 'body'])
    .where('position', '>', size)
    .orderBy('position')
    .limit(PAGE_MAX)
    .execute()
  const wrong = events.findIndex(({ position }, index) => position !== size + 1 + index)
  if (wrong < 0) return events
  const text = `event ${size + 1 + wrong} is missing in ${from.name}: run gateway audit verify there`
  throw new AppError('unreadable', text)
}

/** The root over the first `size` events, by the stored nodes of the tree. @throws {AppError} `unreadable` */
export async function rootAt(db: Kysely<Schema>, size: number): Promise<Hash> {
  const nodes = await makeNodeReader(db)(db, nodesOf({ from: 0, to: size }))
  return growingTree(size, nodes).root()
}

/** Reads the events of a log behind those of `tree`, and adds them to it. */
export async function readInto(tree: GrowingTree, db: Database['kysely']): Promise<void> {
  for (;;) {
    const events = await db
      .selectFrom('event')
      .select('body')
      .where('position', '>', tree.size)
      .orderBy('position')
      .limit(PAGE_MAX)
      .execute()
    if (events.length === 0) return
    for (const { body } of events) tree.add(leafHashOfText(body))
  }
}

// The rows of the log: its events, and the nodes of the tree over them.

import type { Kysely, Transaction } from 'kysely'
import { AppError } from '../../../../application/base/errors.ts'
import type { TreeNode } from '../../../../domain/log/growing-tree.ts'
import { type NodeAt, placeOf, sizeOf } from '../../../../domain/log/tree-ranges.ts'
import { prepareLookUp, prepareRows } from '../../database/prepared-query.ts'
import type { EventTable, Schema, TreeNodeTable } from '../../database/schema.ts'

export interface LogRows {
  /** Adds events, in the order of their positions. */
  insertEvents(tx: Transaction<Schema>, events: readonly EventTable[]): Promise<void>

  /** Adds nodes of the tree, in the order in which they became complete. */
  insertNodes(tx: Transaction<Schema>, nodes: readonly TreeNode[]): Promise<void>

  /**
   * Reads these nodes, in the order asked for.
   *
   * @throws {AppError} `unreadable` when one of them is missing.
   */
  readNodes(db: Kysely<Schema>, at: readonly NodeAt[]): Promise<readonly TreeNode[]>
}

export function makeLogRows(kysely: Kysely<Schema>): LogRows {
  const events = prepareRows<EventTable>(
    kysely,
    ['position', 'sale_id', 'sequence', 'type', 'body'],
    (db, rows) => db.insertInto('event').values(rows),
  )
  const nodes = prepareRows<TreeNodeTable>(kysely, ['place', 'hash'], (db, rows) =>
    db.insertInto('tree_node').values(rows),
  )
  const nodesAt = prepareLookUp(kysely, (db, places: readonly number[]) =>
    db.selectFrom('tree_node').select(['place', 'hash']).where('place', 'in', places),
  )

  return {
    insertEvents: events,

    insertNodes: (tx, added) =>
      nodes(
        tx,
        added.map((node) => ({ place: placeOf(node), hash: bufferOf(node.hash) })),
      ),

    async readNodes(db, at) {
      const read = await nodesAt(db, at.map(placeOf))
      const found = new Map(read.map(({ place, hash }) => [place, hash]))
      return at.map(({ level, index }) => {
        const hash = found.get(placeOf({ level, index }))
        if (hash !== undefined) return { level, index, hash }
        throw new AppError(
          'unreadable',
          `the tree of the log lacks node ${index} of level ${level}`,
        )
      })
    },
  }
}

/** The leaf of the event at this position. */
export function leafAt(position: number): NodeAt {
  return { level: 0, index: position - 1 }
}

/** How many events the stored tree covers. */
export async function treeSize(db: Kysely<Schema>): Promise<number> {
  const last = await db
    .selectFrom('tree_node')
    .select((eb) => eb.fn.max('place').as('place'))
    .executeTakeFirstOrThrow()
  return last.place === null ? 0 : sizeOf(last.place + 1)
}

/** The same bytes: better-sqlite3 binds a Buffer only. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

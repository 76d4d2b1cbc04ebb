// The rows of the tree over the log: its nodes, by their places.

import type { Kysely, Transaction } from 'kysely'
import { AppError } from '../../../../application/base/errors.ts'
import type { TreeNode } from '../../../../domain/log/growing-tree.ts'
import type { Hash } from '../../../../domain/log/hash.ts'
import { type NodeAt, placeOf, sizeOf } from '../../../../domain/log/tree-ranges.ts'
import type { Schema } from '../../database/schema.ts'

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

/** Nodes that one statement reads or adds. SQLite allows 32,766 parameters in one. */
const NODES_MAX = 10_000

/**
 * Reads these nodes, in the order asked for.
 *
 * @throws {AppError} `unreadable` when one of them is missing.
 */
export async function readNodes(
  db: Kysely<Schema>,
  at: readonly NodeAt[],
): Promise<readonly TreeNode[]> {
  const found = new Map<number, Hash>()
  for (let from = 0; from < at.length; from += NODES_MAX) {
    const places = at.slice(from, from + NODES_MAX).map(placeOf)
    const rows = await db
      .selectFrom('tree_node')
      .select(['place', 'hash'])
      .where('place', 'in', places)
      .execute()
    for (const { place, hash } of rows) found.set(place, hash)
  }
  return at.map(({ level, index }) => {
    const hash = found.get(placeOf({ level, index }))
    if (hash === undefined) {
      throw new AppError('unreadable', `the tree of the log lacks node ${index} of level ${level}`)
    }
    return { level, index, hash }
  })
}

/**
 * Stores new nodes of the tree.
 *
 * @param nodes in the order in which they became complete
 */
export async function insertNodes(
  tx: Transaction<Schema>,
  nodes: readonly TreeNode[],
): Promise<void> {
  for (let from = 0; from < nodes.length; from += NODES_MAX) {
    const rows = nodes
      .slice(from, from + NODES_MAX)
      .map((node) => ({ place: placeOf(node), hash: Buffer.from(node.hash) }))
    await tx.insertInto('tree_node').values(rows).execute()
  }
}

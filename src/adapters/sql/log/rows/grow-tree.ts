// The growth of the log's tree over events that are not in it yet.

import type { Transaction } from 'kysely'
import { growingTree, type TreeNode } from '../../../../domain/log/growing-tree.ts'
import { HASH_BYTES, type Hash, leafHashOfText } from '../../../../domain/log/hash.ts'
import { nodesOf } from '../../../../domain/log/tree-ranges.ts'
import type { Database } from '../../database/database.ts'
import { withAppErrors } from '../../database/database-failure.ts'
import type { Schema } from '../../database/schema.ts'
import { makeLogRows, treeSize } from './log-rows.ts'

/** Events read at once, so that a long log takes no more memory than a short one. */
const PAGE_MAX = 1_000

/** The leaf of a missing event whose leaf is not known either. */
const NO_LEAF: Hash = new Uint8Array(HASH_BYTES)

/**
 * Adds the leaves of events that were written by a version without a tree. This version's appends add
 * their leaves themselves; where only those are left, this costs two queries.
 */
export async function growTree({ kysely }: Database): Promise<void> {
  await withAppErrors('tree of the log', async () => {
    const { last } = await kysely
      .selectFrom('event')
      .select((eb) => eb.fn.max('position').as('last'))
      .executeTakeFirstOrThrow()
    if ((last ?? 0) <= (await treeSize(kysely))) return
    await kysely.transaction().execute((tx) => growIn(tx, async () => undefined))
  })
}

/**
 * Adds the leaves that the tree lacks.
 *
 * @param leafOf returns the leaf of an event that is missing in the log, where it is known
 * @returns the size of the tree
 */
export async function growIn(
  tx: Transaction<Schema>,
  leafOf: (position: number) => Promise<Hash | undefined>,
): Promise<number> {
  const { readNodes, insertNodes } = makeLogRows(tx)
  const size = await treeSize(tx)
  const grown = growingTree(size, await readNodes(tx, nodesOf({ from: 0, to: size })))
  for (let more = true; more; ) {
    const events = await tx
      .selectFrom('event')
      .select(['position', 'body'])
      .where('position', '>', grown.size)
      .orderBy('position')
      .limit(PAGE_MAX)
      .execute()
    const nodes: TreeNode[] = []
    for (const { position, body } of events) {
      while (grown.size + 1 < position) {
        nodes.push(...grown.add((await leafOf(grown.size + 1)) ?? NO_LEAF))
      }
      nodes.push(...grown.add(leafHashOfText(body)))
    }
    await insertNodes(tx, nodes)
    more = events.length > 0
  }
  return grown.size
}

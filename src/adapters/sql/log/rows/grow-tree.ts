// The growth of the log's tree over events that are not in it yet.

import type { Transaction } from 'kysely'
import { growingTree, type TreeNode } from '../../../../domain/log/growing-tree.ts'
import { HASH_BYTES, type Hash, leafHashOfText, sameBytes } from '../../../../domain/log/hash.ts'
import { nodesOf } from '../../../../domain/log/tree-ranges.ts'
import type { Database } from '../../database/database.ts'
import { withAppErrors } from '../../database/database-failure.ts'
import type { Schema } from '../../database/schema.ts'
import type { SqlWords } from '../../database/sql-words.ts'
import { makeLogRows, treeSize } from './log-rows.ts'

/** Events read at once, so that a long log takes no more memory than a short one. */
const PAGE_MAX = 1_000

/** The leaf of a missing event whose leaf is not known either. */
const NO_LEAF: Hash = new Uint8Array(HASH_BYTES)

/**
 * Adds the leaves of events that were written by a version without a tree. This version's appends add
 * their leaves themselves; where only those are left, this costs two queries.
 */
export async function growTree({ kysely, words }: Database): Promise<void> {
  await withAppErrors('tree of the log', async () => {
    const { last } = await kysely
      .selectFrom('event')
      .select((eb) => eb.fn.max('position').as('last'))
      .executeTakeFirstOrThrow()
    if ((last ?? 0) <= (await treeSize(kysely))) return
    await kysely.transaction().execute((tx) => growIn(tx, words, async () => undefined))
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
  words: SqlWords,
  leafOf: (position: number) => Promise<Hash | undefined>,
): Promise<number> {
  const { readNodes, insertNodes } = makeLogRows({ kysely: tx, words })
  const size = await treeSize(tx)
  const grown = growingTree(size, await readNodes(tx, nodesOf({ from: 0, to: size })))
  for (let more = true; more; ) {
    const events = await eventsAfter(tx, grown.size)
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

/** Whether each node of a tree of this size is there, and is that of the events, none of which is missing. */
export async function isOfItsEvents(tx: Transaction<Schema>, size: number): Promise<boolean> {
  const grown = growingTree(0)
  let place = 0
  for (let more = true; more; ) {
    const events = await eventsAfter(tx, grown.size)
    const nodes: TreeNode[] = []
    for (const { position, body } of events) {
      if (position !== grown.size + 1) return false
      nodes.push(...grown.add(leafHashOfText(body)))
    }
    // Nodes have their places in the order in which they became complete.
    const stored = await tx
      .selectFrom('tree_node')
      .select('hash')
      .where('place', '>=', place)
      .where('place', '<', place + nodes.length)
      .orderBy('place')
      .execute()
    if (stored.length !== nodes.length) return false
    if (!stored.every(({ hash }, at) => sameBytes(hash, nodes[at]?.hash ?? NO_LEAF))) return false
    place += nodes.length
    more = events.length > 0
  }
  return grown.size === size
}

function eventsAfter(tx: Transaction<Schema>, position: number) {
  return tx
    .selectFrom('event')
    .select(['position', 'body'])
    .where('position', '>', position)
    .orderBy('position')
    .limit(PAGE_MAX)
    .execute()
}

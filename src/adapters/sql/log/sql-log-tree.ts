import { sql, type Transaction } from 'kysely'
import type { LogTree } from '../../../application/checkpoints/log-tree.port.ts'
import type { Hash } from '../../../domain/log/hash.ts'
import { placeOf } from '../../../domain/log/tree-ranges.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import type { Schema } from '../database/schema.ts'
import { growIn, isOfItsEvents } from './rows/grow-tree.ts'
import { leafAt, makeNodeReader, treeSize } from './rows/log-rows.ts'

/** The stored Merkle tree over the log. */
export function makeSqlLogTree(database: Database): LogTree {
  const { kysely } = database
  const readNodes = makeNodeReader(kysely)

  return {
    size: () => withAppErrors('tree size', () => treeSize(kysely)),

    nodes(at) {
      return withAppErrors('tree nodes', async () => {
        return (await readNodes(kysely, at)).map(({ hash }) => hash)
      })
    },

    leaves(after, limit) {
      return withAppErrors('tree leaves', async () => {
        const last = Math.min(after + limit, await treeSize(kysely))
        const events = await kysely
          .selectFrom('event')
          .select(['position', 'body'])
          .where('position', '>', after)
          .where('position', '<=', last)
          .execute()
        const bodies = new Map(events.map(({ position, body }) => [position, Buffer.from(body)]))
        const positions = Array.from({ length: last - after }, (_, index) => after + 1 + index)
        const leaves = await readNodes(kysely, positions.map(leafAt))
        return leaves.map(({ index, hash }) => {
          return { position: index + 1, leaf: hash, body: bodies.get(index + 1) }
        })
      })
    },

    rebuild: () =>
      withAppErrors('tree', () => kysely.transaction().execute((tx) => rebuild(tx, database))),
  }
}

/**
 * Makes the tree again from the events. The triggers that protect its nodes are off meanwhile. A tree that is that of
 * its events stays as it is, because only the owner of the tables may do this in PostgreSQL.
 */
async function rebuild(
  tx: Transaction<Schema>,
  { words, unguarded }: Pick<Database, 'words' | 'unguarded'>,
): Promise<number> {
  const there = await treeSize(tx)
  if (await isOfItsEvents(tx, there)) return there
  await sql`create temp table old_node as select place, hash from tree_node`.execute(tx)
  await unguarded(tx, 'tree_node', () => tx.deleteFrom('tree_node').execute())
  const size = await growIn(tx, words, async (position) => {
    const { rows } = await sql<{
      readonly hash: Hash
    }>`select hash from old_node where place = ${placeOf(leafAt(position))}`.execute(tx)
    return rows[0]?.hash
  })
  await sql`drop table old_node`.execute(tx)
  return size
}

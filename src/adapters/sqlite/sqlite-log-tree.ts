import { sql, type Transaction } from 'kysely'
import type { Hash } from '../../application/audit/hash.ts'
import type { LogTree } from '../../application/ports/log-tree.ts'
import type { Database } from './database.ts'
import { growIn } from './grow-tree.ts'
import type { Schema } from './schema.ts'
import { withAppErrors } from './sqlite-errors.ts'
import { readNodes, treeSize } from './tree-rows.ts'

export function makeSqliteLogTree({ kysely }: Database): LogTree {
  return {
    size: () => withAppErrors('tree size', () => treeSize(kysely)),

    nodes(at) {
      return withAppErrors('tree nodes', async () => {
        return (await readNodes(kysely, at)).map(({ hash }) => hash)
      })
    },

    leaves(after, limit) {
      return withAppErrors('tree leaves', async () => {
        const rows = await kysely
          .selectFrom('tree_node')
          .leftJoin('event', (join) =>
            join.onRef('event.position', '=', (eb) => eb('tree_node.idx', '+', 1)),
          )
          .select(['tree_node.idx', 'tree_node.hash', 'event.body'])
          .where('tree_node.level', '=', 0)
          .where('tree_node.idx', '>=', after)
          .orderBy('tree_node.idx')
          .limit(limit)
          .execute()
        return rows.map(({ idx, hash, body }) => ({
          position: idx + 1,
          leaf: hash,
          body: body === null ? undefined : Buffer.from(body),
        }))
      })
    },

    rebuild: () => withAppErrors('tree', () => kysely.transaction().execute(rebuild)),
  }
}

/** The triggers that keep the nodes are taken off for it, and put back as they were. */
async function rebuild(tx: Transaction<Schema>): Promise<number> {
  const { rows: triggers } = await sql<{ readonly name: string; readonly sql: string }>`
    select name, sql from sqlite_schema where type = 'trigger' and tbl_name = 'tree_node'
  `.execute(tx)
  await sql`create temp table old_leaf as select idx, hash from tree_node where level = 0`.execute(
    tx,
  )
  for (const { name } of triggers) await sql`drop trigger ${sql.ref(name)}`.execute(tx)
  await tx.deleteFrom('tree_node').execute()
  for (const trigger of triggers) await sql.raw(trigger.sql).execute(tx)
  const size = await growIn(tx, async (position) => {
    const { rows } = await sql<{
      readonly hash: Hash
    }>`select hash from old_leaf where idx = ${position - 1}`.execute(tx)
    return rows[0]?.hash
  })
  await sql`drop table old_leaf`.execute(tx)
  return size
}

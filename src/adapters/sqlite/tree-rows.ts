import { type Kysely, sql, type Transaction } from 'kysely'
import type { TreeNode } from '../../application/audit/growing-tree.ts'
import type { Hash } from '../../application/audit/hash.ts'
import type { NodeAt } from '../../application/audit/tree-ranges.ts'
import { AppError } from '../../application/errors.ts'
import type { Schema } from './schema.ts'

/** How many events the stored tree covers. */
export async function treeSize(db: Kysely<Schema>): Promise<number> {
  const last = await db
    .selectFrom('tree_node')
    .select((eb) => eb.fn.max('idx').as('idx'))
    .where('level', '=', 0)
    .executeTakeFirstOrThrow()
  return last.idx === null ? 0 : last.idx + 1
}

/** @throws {AppError} `unreadable` when one of them is not there. */
export async function readNodes(
  db: Kysely<Schema>,
  at: readonly NodeAt[],
): Promise<readonly TreeNode[]> {
  if (at.length === 0) return []
  const wanted = at.map(({ level, index }) => sql`(${level}, ${index})`)
  const { rows } = await sql<{
    readonly level: number
    readonly idx: number
    readonly hash: Buffer
  }>`
    select level, idx, hash from tree_node where (level, idx) in (values ${sql.join(wanted)})
  `.execute(db)
  const found = new Map<string, Hash>(rows.map(({ level, idx, hash }) => [`${level}/${idx}`, hash]))
  return at.map(({ level, index }) => {
    const hash = found.get(`${level}/${index}`)
    if (hash === undefined) {
      throw new AppError('unreadable', `the tree of the log lacks node ${index} of level ${level}`)
    }
    return { level, index, hash }
  })
}

/** Rows of one statement; each has three parameters, and SQLite takes 32,766. */
const INSERTED_MAX = 5_000

export async function insertNodes(
  tx: Transaction<Schema>,
  nodes: readonly TreeNode[],
): Promise<void> {
  for (let from = 0; from < nodes.length; from += INSERTED_MAX) {
    const rows = nodes.slice(from, from + INSERTED_MAX).map(({ level, index, hash }) => {
      return { level, idx: index, hash: Buffer.from(hash) }
    })
    await tx.insertInto('tree_node').values(rows).execute()
  }
}

// All that a database holds, as a test compares it with another.

import { type Kysely, sql } from 'kysely'
import { COPIED_TABLES } from '../../../../src/adapters/sql/copies/copied-tables.ts'
import type { Schema } from '../../../../src/adapters/sql/database/schema.ts'

/** Every row of the tables that are copied, of the events and of the tree. */
export async function rowsIn(
  db: Kysely<Schema>,
): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const keys = COPIED_TABLES.map(({ name, key, columns }) => [name, key, Object.keys(columns)])
  const log = [
    ['event', ['position'], ['position', 'sale_id', 'sequence', 'type', 'body']],
    ['tree_node', ['place'], ['place', 'hash']],
  ]
  const found: Record<string, readonly unknown[]> = {}
  for (const [name, key, columns] of [...log, ...keys] as [string, string[], string[]][]) {
    const refs = (names: readonly string[]) => sql.join(names.map((one) => sql.ref(one)))
    const { rows } = await sql`
      select ${refs(columns)} from ${sql.table(name)} order by ${refs(key)}
    `.execute(db)
    found[name] = rows
  }
  return found
}

import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../sql/database/schema.ts'

/** Whether SQLite finds nothing wrong with the whole database. Reads all of it. */
export async function hasIntegrity(db: Kysely<Schema>): Promise<boolean> {
  // An event that cannot be read breaks a check constraint, and is copied as it is: the copy is as
  // good as the original, and the audit judges both.
  await sql`pragma ignore_check_constraints = on`.execute(db)
  const { rows } = await sql<{ readonly integrity_check: string }>`
    pragma integrity_check
  `.execute(db)
  return rows.length === 1 && rows[0]?.integrity_check === 'ok'
}

import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../sql/database/schema.ts'

/** The names of the gateways that have a lease, by the clock of the database. None where there is no table yet. */
export async function livingInstances(db: Kysely<Schema>): Promise<readonly string[]> {
  const found = await sql<{ readonly is: boolean }>`
    select to_regclass('instance') is not null as is
  `.execute(db)
  if (found.rows[0]?.is !== true) return []
  const { rows } = await sql<{ readonly name: string }>`
    select name from instance
    where lease_until > extract(epoch from clock_timestamp()) * 1000 order by number
  `.execute(db)
  return rows.map(({ name }) => name)
}

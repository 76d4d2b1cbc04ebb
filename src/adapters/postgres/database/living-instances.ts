// Who serves the database, for whoever may change it only while nobody does.

import { type Kysely, sql, type Transaction } from 'kysely'
import type { Schema } from '../../sql/database/schema.ts'

/** The names of the gateways that have a lease, by the clock of the database. None where there is no table yet. */
export async function livingInstances(db: Kysely<Schema>): Promise<readonly string[]> {
  if (!(await hasInstances(db))) return []
  const { rows } = await sql<{ readonly name: string }>`
    select name from instance
    where lease_until > extract(epoch from clock_timestamp()) * 1000 order by number
  `.execute(db)
  return rows.map(({ name }) => name)
}

/**
 * The same, and keeps others from joining until the transaction ends. Where none has a lease, those whose lease is
 * over are dead from then on: one that was stopped, and wakes, goes on with nothing before it has joined anew.
 */
export async function stopJoining(tx: Transaction<Schema>): Promise<readonly string[]> {
  if (!(await hasInstances(tx))) return []
  await sql`lock table instance in share row exclusive mode`.execute(tx)
  const names = await livingInstances(tx)
  if (names.length > 0) return names
  await sql`delete from instance`.execute(tx)
  await sql`update sale set owner = null where at_rest = 0 and owner is not null`.execute(tx)
  return []
}

async function hasInstances(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ readonly is: boolean }>`
    select to_regclass('instance') is not null as is
  `.execute(db)
  return rows[0]?.is === true
}

// The migrations, run in one transaction when a database is opened.

import { type Kysely, sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE } from 'kysely/migration'
import type { Database } from '../../sql/database/database.ts'
import { withAppErrors } from '../../sql/database/database-failure.ts'
import {
  type Migrations,
  pendingMigrations,
  runMigrations,
} from '../../sql/database/run-migrations.ts'
import type { Schema } from '../../sql/database/schema.ts'

/**
 * Runs the migrations that this database lacks, all or none. Processes that start at the same time
 * take turns, and the later ones find nothing to do.
 *
 * @throws {AppError} `refused` for a database with a migration that is not among `migrations`.
 */
export async function migrate({ kysely }: Database, migrations: Migrations): Promise<void> {
  await withAppErrors('migrate', () =>
    kysely.transaction().execute(async (tx) => {
      pendingMigrations(migrations, await migrationsDone(tx))
      await runMigrations(tx, migrations)
    }),
  )
}

/** The names of the migrations that this database has had. */
export async function migrationsDone(tx: Kysely<Schema>): Promise<readonly string[]> {
  const table = await sql`
    select 1 from sqlite_schema where type = 'table' and name = ${DEFAULT_MIGRATION_TABLE}
  `.execute(tx)
  if (table.rows.length === 0) return []
  const done = sql<{
    readonly name: string
  }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`
  return (await done.execute(tx)).rows.map(({ name }) => name)
}

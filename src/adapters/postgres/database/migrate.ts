// The migrations of a PostgreSQL database, run in one transaction.

import { type Kysely, sql, type Transaction } from 'kysely'
import { DEFAULT_MIGRATION_TABLE } from 'kysely/migration'
import { AppError } from '../../../application/base/errors.ts'
import type { Database } from '../../sql/database/database.ts'
import { withAppErrors } from '../../sql/database/database-failure.ts'
import {
  type Migrations,
  pendingMigrations,
  runMigrations,
} from '../../sql/database/run-migrations.ts'
import type { Schema } from '../../sql/database/schema.ts'
import { stopJoining } from './living-instances.ts'

/** Who migrates a database holds its advisory lock of this number until the transaction ends. */
const MIGRATING = 7_541_001

/**
 * How the name of an additive migration ends: the version before it serves on beside the new one. The name
 * says it, because an older version knows nothing else of a migration. What it promises is in ARCHITECTURE.md,
 * "A migration"; of tables, columns and triggers `additive.test.ts` holds it to that.
 */
const ADDITIVE = /-additive$/

/**
 * Runs the migrations that this database lacks, all or none. Processes that start at the same time
 * take turns, and the later ones find nothing to do. Where nothing is to do, no right is needed but to read.
 * A database with additive migrations of a later version is left as it is.
 *
 * @throws {AppError} `refused` for a database with another migration that is not among `migrations`; where
 *   the role may not change the schema; and where instances run that would not know a table as it is then.
 *   `unavailable` where another process holds the lock for too long
 */
export async function migrate(
  { kysely }: Pick<Database, 'kysely'>,
  migrations: Migrations,
): Promise<void> {
  await withAppErrors('migrate', () =>
    kysely.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATING)})`.execute(tx)
      const { pending } = await pendingIn(tx, migrations)
      if (pending.length === 0) return
      if (!(await mayMigrate(tx))) throw notTheOwner(pending)
      const stopping = pending.filter((name) => !ADDITIVE.test(name))
      if (stopping.length > 0) await assertNobodyServes(tx, stopping)
      await runMigrations(tx, migrations)
    }),
  )
}

/**
 * The migrations that this database has had, and those that it lacks.
 *
 * @throws {AppError} `refused` for a database of a version beside which this one may not serve
 */
export async function pendingIn(
  db: Kysely<Schema>,
  migrations: Migrations,
): Promise<{ readonly done: readonly string[]; readonly pending: readonly string[] }> {
  const done = await migrationsDone(db)
  return { done, pending: pendingMigrations(migrations, done, (name) => ADDITIVE.test(name)) }
}

/** The names of the migrations that this database has had. */
export async function migrationsDone(db: Kysely<Schema>): Promise<readonly string[]> {
  const found = await sql<{ readonly is: boolean }>`
    select to_regclass(${DEFAULT_MIGRATION_TABLE}) is not null as is
  `.execute(db)
  if (found.rows[0]?.is !== true) return []
  const done = sql<{
    readonly name: string
  }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`
  return (await done.execute(db)).rows.map(({ name }) => name)
}

/** Asked before anything is tried: what fails for want of a right ends the transaction. */
async function mayMigrate(tx: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ readonly is: boolean | null }>`
    select has_schema_privilege(current_schema(), 'create') and coalesce((
      select pg_has_role(relowner, 'usage') from pg_class where oid = to_regclass(${DEFAULT_MIGRATION_TABLE})
    ), true) as is
  `.execute(tx)
  return rows[0]?.is === true
}

/** @throws {AppError} `refused` while an instance has a lease, by the clock of the database */
async function assertNobodyServes(
  tx: Transaction<Schema>,
  pending: readonly string[],
): Promise<void> {
  const names = await stopJoining(tx)
  if (names.length === 0) return
  const text = `migrate: ${pending.join(', ')} would change tables under gateways that run: stop all of them first (${names.join(', ')})`
  throw new AppError('refused', text)
}

function notTheOwner(pending: readonly string[]): AppError {
  const text = `migrate: the database lacks ${pending.join(', ')}, and this role may not change its tables: run gateway db migrate with the owner's URL`
  return new AppError('refused', text)
}

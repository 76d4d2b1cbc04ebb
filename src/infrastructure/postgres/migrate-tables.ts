// The tables of a database in PostgreSQL, and who may do what with them.

import { migrations } from '../../../migrations/postgres/index.ts'
import { migrate, migrationsDone } from '../../adapters/postgres/database/migrate.ts'
import { POSTGRES_LIMITS } from '../../adapters/postgres/database/postgres-settings.ts'
import { grantedRoles, grantService } from '../../adapters/postgres/roles/grant-service.ts'
import { withAppErrors } from '../../adapters/sql/database/database-failure.ts'
import type { PostgresConfig } from '../config/database-settings.ts'
import { connectPostgres } from './connect-postgres.ts'

/** Milliseconds. An index over a long log takes its time, and a change of a table waits for who uses it. */
const LONG_CHANGES = {
  ...POSTGRES_LIMITS,
  statementMs: 3_600_000,
  lockMs: 60_000,
  answerMs: 3_660_000,
}

export type MigratedTables = {
  /** The migrations that the database lacked. */
  readonly made: readonly string[]
  /** The roles that have the rights of the service now. */
  readonly services: readonly string[]
}

/**
 * Makes the tables of this version, as their owner, and gives the roles of the service their rights: those that
 * had them before, because a new table has none, and the one that is named.
 *
 * @throws {AppError} as `migrate` and `grantService`
 */
export async function migrateTables(
  config: PostgresConfig,
  service: string | undefined,
): Promise<MigratedTables> {
  const database = connectPostgres(config, LONG_CHANGES)
  const { kysely } = database
  try {
    const before = await withAppErrors('migrate', () => migrationsDone(kysely))
    await migrate(database, migrations)
    const after = await withAppErrors('migrate', () => migrationsDone(kysely))
    const granted = await withAppErrors('grant', () => grantedRoles(kysely))
    const services = [...new Set([...granted, ...(service === undefined ? [] : [service])])]
    for (const role of services) await grantService(kysely, role)
    return { made: after.filter((name) => !before.includes(name)), services }
  } finally {
    await database.close()
  }
}

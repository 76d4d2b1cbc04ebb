// A database in a PostgreSQL server, opened with the settings.

import { migrations } from '../../../migrations/postgres/index.ts'
import { expectedSchema } from '../../adapters/postgres/archive/expected-schema.ts'
import { openPostgresLogArchive } from '../../adapters/postgres/archive/postgres-log-archive.ts'
import { assertDurable } from '../../adapters/postgres/database/assert-durable.ts'
import { livingInstances } from '../../adapters/postgres/database/living-instances.ts'
import { migrate, pendingIn } from '../../adapters/postgres/database/migrate.ts'
import { openPostgresDatabase } from '../../adapters/postgres/database/postgres-database.ts'
import {
  POSTGRES_LIMITS,
  type PostgresLimits,
  type PostgresSettings,
} from '../../adapters/postgres/database/postgres-settings.ts'
import { requireServable } from '../../adapters/sql/copies/servable.ts'
import type { Database } from '../../adapters/sql/database/database.ts'
import { withAppErrors } from '../../adapters/sql/database/database-failure.ts'
import { AppError } from '../../application/base/errors.ts'
import type { LogArchive, SchemaEntry } from '../../application/verify/log-archive.port.ts'
import { databaseName, type PostgresConfig } from '../config/database-settings.ts'
import { SOFTWARE } from '../system/software.ts'

/** A renewal that hangs leaves time for others in the same lease. */
const ATTEMPTS_IN_A_LEASE = 4

/** The database that the settings name. Opens no connection yet. */
export function connectPostgres(config: PostgresConfig, limits?: PostgresLimits): Database {
  return openPostgresDatabase(settingsOf(config), limits)
}

/** Opens its log for a verifier, with the schema that a database of this version has. */
export async function openPostgresArchive(config: PostgresConfig): Promise<{
  readonly archive: LogArchive
  readonly expectedSchema: readonly SchemaEntry[]
}> {
  const archive = await openPostgresLogArchive(settingsOf(config))
  return { archive, expectedSchema: expectedSchema() }
}

function settingsOf({ type: _, leaseMs: __, ...place }: PostgresConfig): PostgresSettings {
  return { ...place, applicationName: SOFTWARE }
}

/**
 * One connection for the lease alone. What gets no answer for as long as two renewals are apart is tried anew.
 */
export function connectForLease(config: PostgresConfig): Database {
  const { leaseMs } = config
  const shortMs = Math.ceil(leaseMs / ATTEMPTS_IN_A_LEASE)
  const limits = { ...POSTGRES_LIMITS, connectMs: shortMs, poolWaitMs: shortMs, answerMs: shortMs }
  return openPostgresDatabase({ ...settingsOf(config), poolMax: 1 }, limits)
}

/**
 * Opens the database, and looks whether it keeps what it is given and has the tables of this version.
 *
 * @param mayMigrate whether what it lacks may be made: only with the URL of the owner of the tables
 * @throws {AppError} `refused` when it lacks a table, or a newer version wrote it, or a commit may be lost;
 *   `unavailable` when it cannot be reached
 */
export async function openPostgresTables(
  config: PostgresConfig,
  mayMigrate: boolean,
): Promise<Database> {
  const database = connectPostgres(config)
  try {
    await withAppErrors('open database', () => assertDurable(database.kysely))
    if (mayMigrate) await migrate(database, migrations)
    await requireTables(database, config)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/**
 * @throws {AppError} `refused` when it lacks a table, was written by a newer version, or may not be served;
 *   `unavailable`
 */
export async function requireTables(database: Database, config: PostgresConfig): Promise<void> {
  const { done, pending } = await withAppErrors('open database', () =>
    pendingIn(database.kysely, migrations),
  )
  if (pending.length === 0) return requireServable(database)
  const what = done.length === 0 ? 'has no tables of the gateway' : `lacks ${pending.join(', ')}`
  const text = `${databaseName(config)} ${what}: run gateway db migrate with the owner's URL`
  throw new AppError('refused', text)
}

/** The names of the gateways that serve it now. @throws {AppError} */
export async function servingInstances(config: PostgresConfig): Promise<readonly string[]> {
  const { kysely, close } = connectPostgres({ ...config, poolMax: 1 })
  try {
    return await withAppErrors('look who serves', () => livingInstances(kysely))
  } finally {
    await close()
  }
}

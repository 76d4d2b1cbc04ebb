// The log that is verified, from the database of either kind.

import { migrations } from '../../../../migrations/sqlite/index.ts'
import { expectedSchema } from '../../../adapters/sqlite/archive/expected-schema.ts'
import { openLogArchive } from '../../../adapters/sqlite/archive/sqlite-log-archive.ts'
import type { LogArchive, SchemaEntry } from '../../../application/verify/log-archive.port.ts'
import type { DatabaseConfig } from '../../config/database-settings.ts'

/** A log, and the schema that a database of this version has. The caller closes the archive. */
export type OpenArchive = {
  readonly archive: LogArchive
  readonly expectedSchema: readonly SchemaEntry[]
}

/** Opens the log for reading only. The adapter of PostgreSQL is loaded only where it is needed. @throws {AppError} as the adapters say */
export async function openArchive(database: DatabaseConfig): Promise<OpenArchive> {
  if (database.type === 'postgres') {
    const { openPostgresArchive } = await import('../../postgres/connect-postgres.ts')
    return openPostgresArchive(database)
  }
  const expected = await expectedSchema(migrations)
  return { archive: openLogArchive(database.path), expectedSchema: expected }
}

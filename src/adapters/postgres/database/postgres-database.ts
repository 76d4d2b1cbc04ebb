import type { DatabaseFiles } from '../../../application/storage/database-files.port.ts'
import type { Database } from '../../sql/database/database.ts'
import type { Schema } from '../../sql/database/schema.ts'
import { openPostgres } from './open-postgres.ts'
import { postgresParts } from './postgres-parts.ts'
import type { POSTGRES_LIMITS, PostgresSettings } from './postgres-settings.ts'

/** The files are those of another machine, which looks after them itself. */
const NO_FILES: DatabaseFiles = { moved: () => undefined, walBytes: () => 0 }

/** A PostgreSQL database as the stores are built over it. Opens no connection yet. */
export function openPostgresDatabase(
  settings: PostgresSettings,
  limits?: typeof POSTGRES_LIMITS,
): Database {
  const { kysely, close } = openPostgres<Schema>(settings, limits)
  return { ...postgresParts(kysely), files: NO_FILES, close }
}

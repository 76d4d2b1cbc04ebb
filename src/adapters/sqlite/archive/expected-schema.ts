// The schema that a database of this version has.
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { SchemaEntry } from '../../../application/verify/log-archive.port.ts'
import { openDatabase } from '../database/database.ts'
import { IN_MEMORY } from '../database/database-file.ts'
import { migrate } from '../database/migrate.ts'

/** Tables, indices and triggers with their SQL, without those that SQLite makes for itself. */
export const SCHEMA_QUERY = `select name, sql from sqlite_schema
  where sql is not null and name not like 'sqlite\\_%' escape '\\' order by name`

/** The schema that these migrations make in an empty database. */
export async function expectedSchema(
  migrations: Readonly<Record<string, Migration>>,
): Promise<readonly SchemaEntry[]> {
  const database = openDatabase(IN_MEMORY)
  try {
    await migrate(database, migrations)
    return (await sql.raw<SchemaEntry>(SCHEMA_QUERY).execute(database.kysely)).rows
  } finally {
    await database.close()
  }
}

import { readSchema } from '../../../../src/adapters/postgres/archive/read-schema.ts'
import type { SchemaEntry } from '../../../../src/application/verify/log-archive.port.ts'
import { migratedUrl, openAt } from '../schema/example-schema.ts'

/** The schema that the migrations make in an empty database. */
export async function madeSchema(): Promise<readonly SchemaEntry[]> {
  await using database = openAt(await migratedUrl())
  return await readSchema(database.kysely)
}

// A database of its own for a test of the schema, empty or with the tables of this version.

import { migrations } from '../../../../migrations/postgres/index.ts'
import { migrate } from '../../../../src/adapters/postgres/database/migrate.ts'
import { openPostgres } from '../../../../src/adapters/postgres/database/open-postgres.ts'
import type { EventTable, Schema } from '../../../../src/adapters/sql/database/schema.ts'
import { sharedPostgres } from '../../../support/postgres/test-postgres.ts'
import { settingsOf } from '../database/example-database.ts'

/** The URL of a new database without a table. */
export async function emptyUrl(): Promise<string> {
  return (await sharedPostgres()).newDatabase()
}

/** The URL of a new database with all tables. */
export async function migratedUrl(): Promise<string> {
  const server = await sharedPostgres()
  const name = await server.template('whole_schema', async (url) => {
    await using database = openAt(url)
    await migrate(database, migrations)
  })
  return server.newDatabase(name)
}

/** Opens a database until the end of the test, as its superuser or as another role. */
export function openAt(url: string, user?: string) {
  const opened = openPostgres<Schema>({ ...settingsOf(url), ...(user && { user }) })
  return { ...opened, [Symbol.asyncDispose]: opened.close }
}

/** An event whose columns say what its body says. */
export function eventRow(
  position: number,
  saleId: string | null = null,
  sequence: number | null = null,
  { type = 'Example', data = {} }: { type?: string; data?: object } = {},
): EventTable {
  const body = JSON.stringify({ data, position, saleId, sequence, type })
  return { position, sale_id: saleId as EventTable['sale_id'], sequence, type, body }
}

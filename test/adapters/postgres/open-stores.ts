// PostgreSQL, as the contract suites open it: each store in a database of its own, on the one server of the process.

import { sql } from 'kysely'
import { migrations } from '../../../migrations/postgres/index.ts'
import { migrate } from '../../../src/adapters/postgres/database/migrate.ts'
import { openPostgresDatabase } from '../../../src/adapters/postgres/database/postgres-database.ts'
import {
  POSTGRES_LIMITS,
  type PostgresLimits,
  type PostgresSettings,
} from '../../../src/adapters/postgres/database/postgres-settings.ts'
import type { Database } from '../../../src/adapters/sql/database/database.ts'
import type { LogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import type { StoreKind } from '../../support/examples/store-examples.ts'
import { type OpenStores, storesOver } from '../../support/examples/stores-over.ts'
import { sharedPostgres, type TestPostgres } from '../../support/postgres/test-postgres.ts'

/** PostgreSQL, as the contract suites open it. */
export const POSTGRES: StoreKind = {
  name: 'postgres',
  fresh: async () => connect(await migratedDatabase()),
  async shared() {
    const url = await migratedDatabase()
    return { connect: async () => connect(url), async [Symbol.asyncDispose]() {} }
  },
}

/** The ports over the database at a URL. */
export function connect(
  url: string,
  limits: Partial<PostgresLimits> = {},
  writerOver?: (database: Database) => LogWriter,
): OpenStores {
  const database = openPostgresDatabase(settingsOf(url), { ...POSTGRES_LIMITS, ...limits })
  return storesOver(database, damage, writerOver?.(database))
}

/** The address of a new database with the tables of this version. */
export async function migratedDatabase(
  server: TestPostgres | Promise<TestPostgres> = sharedPostgres(),
): Promise<string> {
  return (await server).newDatabase(await migratedTemplate(await server))
}

function migratedTemplate(server: TestPostgres): Promise<string> {
  return server.template('migrated', async (url) => {
    const database = openPostgresDatabase(settingsOf(url))
    await migrate(database, migrations)
    await database.close()
  })
}

export function settingsOf(url: string): PostgresSettings {
  const { hostname: host, port, pathname, username: user } = new URL(url)
  const database = pathname.slice(1)
  const own = { host, port: Number(port), database, user }
  return { ...own, ssl: false, poolMax: 4, applicationName: 'gateway test' }
}

/** Changes an event as a superuser can whom no trigger and no check keeps from it. */
async function damage(
  { kysely }: Database,
  position: number,
  body: string | undefined,
): Promise<void> {
  await kysely.transaction().execute(async (tx) => {
    const checksAre = (checks: number) =>
      sql`update pg_class set relchecks = ${checks} where oid = 'event'::regclass`.execute(tx)
    await sql`set local allow_system_table_mods = on`.execute(tx)
    await sql`set local session_replication_role = replica`.execute(tx)
    const { rows } = await sql<{ readonly checks: number }>`
      select relchecks as checks from pg_class where oid = 'event'::regclass
    `.execute(tx)
    await checksAre(0)
    if (body === undefined) await sql`delete from event where position = ${position}`.execute(tx)
    else await sql`update event set body = ${body} where position = ${position}`.execute(tx)
    await checksAre(rows[0]?.checks ?? 0)
  })
}

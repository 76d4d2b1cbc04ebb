import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { migrations } from '../../../migrations/sqlite/index.ts'
import type { Database } from '../../../src/adapters/sql/database/database.ts'
import type { LogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import { openDatabase } from '../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../src/adapters/sqlite/database/migrate.ts'
import type { StoreKind, Stores } from '../../support/examples/store-examples.ts'
import { storesOver } from '../../support/examples/stores-over.ts'

/** A folder that is gone after the test, and the path of a database in it. */
export async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-sqlite-'))
  return {
    folder,
    path: join(folder, 'gateway.db'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

/** SQLite, as the contract suites open it. */
export const SQLITE: StoreKind = {
  name: 'sqlite',
  fresh: () => openStores(),
  async shared() {
    const { path, ...folder } = await makeFolder()
    return { connect: () => openStores(path), ...folder }
  },
}

/** A migrated database, in memory unless there is a `path`, and the ports over it. */
export async function openStores(
  path = ':memory:',
): Promise<Stores & { readonly database: Database; readonly writer: LogWriter }> {
  const database = openDatabase(path)
  await migrate(database, migrations)
  return storesOver(database, damage)
}

/** Changes an event as a hand or a disk can that knows of no trigger. */
async function damage(
  { kysely }: Database,
  position: number,
  body: string | undefined,
): Promise<void> {
  const { rows: triggers } = await sql<{ readonly name: string; readonly sql: string }>`
    select name, sql from sqlite_schema where type = 'trigger' and tbl_name = 'event'
  `.execute(kysely)
  await sql`pragma ignore_check_constraints = on`.execute(kysely)
  for (const { name } of triggers) await sql`drop trigger ${sql.ref(name)}`.execute(kysely)
  if (body === undefined) await sql`delete from event where position = ${position}`.execute(kysely)
  else await sql`update event set body = ${body} where position = ${position}`.execute(kysely)
  for (const trigger of triggers) await sql.raw(trigger.sql).execute(kysely)
  await sql`pragma ignore_check_constraints = off`.execute(kysely)
}

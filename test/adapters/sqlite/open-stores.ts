import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../../../migrations/index.ts'
import { makeSqliteKeyStore } from '../../../src/adapters/sqlite/access/sqlite-key-store.ts'
import { makeSqliteCheckpointLog } from '../../../src/adapters/sqlite/checkpoints/sqlite-checkpoint-log.ts'
import { makeSqliteTokenStore } from '../../../src/adapters/sqlite/crm/sqlite-token-store.ts'
import { type Database, openDatabase } from '../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../src/adapters/sqlite/database/migrate.ts'
import { makeSqliteEventsBeside } from '../../../src/adapters/sqlite/desk/sqlite-events-beside.ts'
import { makeSqliteFinds } from '../../../src/adapters/sqlite/desk/sqlite-finds.ts'
import { makeSqliteSaleTotals } from '../../../src/adapters/sqlite/desk/sqlite-sale-totals.ts'
import { type LogWriter, makeLogWriter } from '../../../src/adapters/sqlite/log/rows/log-writer.ts'
import { makeSqliteEventLog } from '../../../src/adapters/sqlite/log/sqlite-event-log.ts'
import { makeSqliteOutbox } from '../../../src/adapters/sqlite/mail/sqlite-outbox.ts'
import { makeSqliteSaleReader } from '../../../src/adapters/sqlite/sale/sqlite-sale-reader.ts'
import { makeSqliteSaleStore } from '../../../src/adapters/sqlite/sale/sqlite-sale-store.ts'
import type { Stores } from '../../support/examples/store-examples.ts'

/** A folder that is gone after the test, and the path of a database in it. */
export async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-sqlite-'))
  return {
    folder,
    path: join(folder, 'gateway.db'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

/** A migrated database, in memory unless there is a `path`, and the ports over it. */
export async function openStores(
  path = ':memory:',
): Promise<Stores & { readonly database: Database; readonly writer: LogWriter }> {
  const database = openDatabase(path)
  await migrate(database, migrations)
  const writer = makeLogWriter(database.kysely, setImmediate)
  return {
    database,
    writer,
    sales: makeSqliteSaleStore(database, writer),
    saleReader: makeSqliteSaleReader(database),
    outbox: makeSqliteOutbox(database, writer),
    keys: makeSqliteKeyStore(database, writer),
    eventLog: makeSqliteEventLog(writer),
    token: makeSqliteTokenStore(database),
    finds: makeSqliteFinds(database),
    saleTotals: makeSqliteSaleTotals(database),
    eventsBeside: makeSqliteEventsBeside(database),
    checkpoints: makeSqliteCheckpointLog(database, writer),
    async [Symbol.asyncDispose]() {
      await writer.idle()
      await database.close()
    },
  }
}

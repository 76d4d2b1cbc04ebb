import { migrations } from '../../migrations/index.ts'
import { assertFullSync, type Database, openDatabase } from '../adapters/sqlite/database.ts'
import { migrate } from '../adapters/sqlite/migrate.ts'
import { makeSqliteAccountLog } from '../adapters/sqlite/sqlite-account-log.ts'
import { makeSqliteKeyStore } from '../adapters/sqlite/sqlite-key-store.ts'
import { makeSqliteOutbox } from '../adapters/sqlite/sqlite-outbox.ts'
import { makeSqliteSaleLog } from '../adapters/sqlite/sqlite-sale-log.ts'
import { makeSqliteSaleStore } from '../adapters/sqlite/sqlite-sale-store.ts'
import { makeSqliteTokenShelf } from '../adapters/sqlite/sqlite-token-shelf.ts'
import type { AccountLog } from '../application/ports/account-log.ts'
import type { KeyStore } from '../application/ports/key-store.ts'
import type { Outbox } from '../application/ports/outbox.ts'
import type { SaleLog } from '../application/ports/sale-log.ts'
import type { SaleStore } from '../application/ports/sale-store.ts'
import type { TokenShelf } from '../application/ports/token-shelf.ts'

/** Everything that is kept in the database, as ports. */
export type Store = {
  readonly sales: SaleStore
  readonly log: SaleLog
  readonly outbox: Outbox
  readonly keys: KeyStore
  readonly account: AccountLog
  readonly token: TokenShelf
  close(): Promise<void>
}

/**
 * Opens the database at `path`; it is created where there is none, and migrated to this version.
 *
 * @throws {AppError} `refused` when a newer version wrote it; `unavailable` or `lost`.
 */
export async function openStore(path: string): Promise<Store> {
  const database = openDatabase(path)
  try {
    await migrate(database, migrations)
    await assertFullSync(database)
  } catch (error) {
    await database.close()
    throw error
  }
  return storeOf(database)
}

/** Every port over one open and migrated database. */
export function storeOf(database: Database): Store {
  return {
    sales: makeSqliteSaleStore(database),
    log: makeSqliteSaleLog(database),
    outbox: makeSqliteOutbox(database),
    keys: makeSqliteKeyStore(database),
    account: makeSqliteAccountLog(database),
    token: makeSqliteTokenShelf(database),
    close: () => database.close(),
  }
}

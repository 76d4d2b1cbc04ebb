import { migrations } from '../../migrations/index.ts'
import {
  assertFullSync,
  type Database,
  type DiskWatch,
  openDatabase,
  settleWal,
} from '../adapters/sqlite/database.ts'
import { growTree } from '../adapters/sqlite/grow-tree.ts'
import { migrate } from '../adapters/sqlite/migrate.ts'
import { makeSqliteAccountLog } from '../adapters/sqlite/sqlite-account-log.ts'
import { makeSqliteActionLog } from '../adapters/sqlite/sqlite-action-log.ts'
import { makeSqliteCheckpointLog } from '../adapters/sqlite/sqlite-checkpoint-log.ts'
import { makeSqliteCopiedSales } from '../adapters/sqlite/sqlite-copied-sales.ts'
import { makeSqliteEvidenceLog } from '../adapters/sqlite/sqlite-evidence-log.ts'
import { makeSqliteKeyStore } from '../adapters/sqlite/sqlite-key-store.ts'
import { makeSqliteLogTree } from '../adapters/sqlite/sqlite-log-tree.ts'
import { makeSqliteOutbox } from '../adapters/sqlite/sqlite-outbox.ts'
import { makeSqliteResumeRequests } from '../adapters/sqlite/sqlite-resume-requests.ts'
import { makeSqliteSaleLog } from '../adapters/sqlite/sqlite-sale-log.ts'
import { makeSqliteSaleStore } from '../adapters/sqlite/sqlite-sale-store.ts'
import { makeSqliteTokenShelf } from '../adapters/sqlite/sqlite-token-shelf.ts'
import { makeSqliteUnreadableSales } from '../adapters/sqlite/sqlite-unreadable-sales.ts'
import type { AccountLog } from '../application/ports/account-log.ts'
import type { ActionLog } from '../application/ports/action-log.ts'
import type { CheckpointLog } from '../application/ports/checkpoint-log.ts'
import type { CopiedSales } from '../application/ports/copied-sales.ts'
import type { EvidenceLog } from '../application/ports/evidence-log.ts'
import type { KeyStore } from '../application/ports/key-store.ts'
import type { LogTree } from '../application/ports/log-tree.ts'
import type { Outbox } from '../application/ports/outbox.ts'
import type { ResumeRequests } from '../application/ports/resume-requests.ts'
import type { SaleLog } from '../application/ports/sale-log.ts'
import type { SaleStore } from '../application/ports/sale-store.ts'
import type { TokenShelf } from '../application/ports/token-shelf.ts'
import type { UnreadableSales } from '../application/ports/unreadable-sales.ts'

/** Everything that is kept in the database, as ports. */
export type Store = {
  readonly sales: SaleStore
  readonly log: SaleLog
  readonly outbox: Outbox
  readonly keys: KeyStore
  readonly account: AccountLog
  readonly actions: ActionLog
  readonly token: TokenShelf
  readonly copied: CopiedSales
  readonly resumeRequests: ResumeRequests
  readonly unreadable: UnreadableSales
  readonly tree: LogTree
  readonly checkpoints: CheckpointLog
  readonly evidence: EvidenceLog
  close(): Promise<void>
}

/**
 * Opens the database at `path`; it is created where there is none, and migrated to this version.
 *
 * @throws {AppError} `refused` when a newer version wrote it; `unavailable` or `lost`.
 */
export async function openStore(path: string, watch?: DiskWatch): Promise<Store> {
  const database = openDatabase(path, watch)
  try {
    await settleWal(database)
    await migrate(database, migrations)
    await growTree(database)
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
    actions: makeSqliteActionLog(database),
    token: makeSqliteTokenShelf(database),
    copied: makeSqliteCopiedSales(database),
    resumeRequests: makeSqliteResumeRequests(database),
    unreadable: makeSqliteUnreadableSales(database),
    tree: makeSqliteLogTree(database),
    checkpoints: makeSqliteCheckpointLog(database),
    evidence: makeSqliteEvidenceLog(database),
    close: () => database.close(),
  }
}

// Opens the database, and gives each of its ports.

import { migrations } from '../../../migrations/index.ts'
import { makeSqliteKeyStore } from '../../adapters/sqlite/access/sqlite-key-store.ts'
import { makeSqliteCheckpointLog } from '../../adapters/sqlite/checkpoints/sqlite-checkpoint-log.ts'
import { makeSqliteAccountLog } from '../../adapters/sqlite/crm/sqlite-account-log.ts'
import { makeSqliteCrmMark } from '../../adapters/sqlite/crm/sqlite-crm-mark.ts'
import { makeSqliteTokenStore } from '../../adapters/sqlite/crm/sqlite-token-store.ts'
import {
  assertFullSync,
  type Database,
  type DiskWatch,
  openDatabase,
  settleWal,
} from '../../adapters/sqlite/database/database.ts'
import { migrate } from '../../adapters/sqlite/database/migrate.ts'
import { makeSqliteEventsBeside } from '../../adapters/sqlite/desk/sqlite-events-beside.ts'
import { makeSqliteFinds } from '../../adapters/sqlite/desk/sqlite-finds.ts'
import { makeSqliteSaleTotals } from '../../adapters/sqlite/desk/sqlite-sale-totals.ts'
import { growTree } from '../../adapters/sqlite/log/rows/grow-tree.ts'
import {
  type LogWriter,
  makeLogWriter,
  type OnCommit,
} from '../../adapters/sqlite/log/rows/log-writer.ts'
import { makeSqliteEventLog } from '../../adapters/sqlite/log/sqlite-event-log.ts'
import { makeSqliteEvidenceLog } from '../../adapters/sqlite/log/sqlite-evidence-log.ts'
import { makeSqliteLogTree } from '../../adapters/sqlite/log/sqlite-log-tree.ts'
import { makeSqliteOutbox } from '../../adapters/sqlite/mail/sqlite-outbox.ts'
import { makeSqliteCopiedSales } from '../../adapters/sqlite/sale/sqlite-copied-sales.ts'
import { makeSqliteResumeRequests } from '../../adapters/sqlite/sale/sqlite-resume-requests.ts'
import { makeSqliteSaleReader } from '../../adapters/sqlite/sale/sqlite-sale-reader.ts'
import { makeSqliteSaleStore } from '../../adapters/sqlite/sale/sqlite-sale-store.ts'
import type { KeyStore } from '../../application/access/key-store.port.ts'
import type { CheckpointLog } from '../../application/checkpoints/checkpoint-log.port.ts'
import type { LogTree } from '../../application/checkpoints/log-tree.port.ts'
import type { AccountLog } from '../../application/crm/account-log.port.ts'
import type { CrmMark } from '../../application/crm/crm-mark.port.ts'
import type { TokenStore } from '../../application/crm/token-store.port.ts'
import type { EventsBeside } from '../../application/desk/events-beside.port.ts'
import type { Finds } from '../../application/desk/finds.port.ts'
import type { SaleTotals } from '../../application/desk/sale-totals.port.ts'
import type { EvidenceLog } from '../../application/evidence/bundle/evidence-log.port.ts'
import type { EventLog } from '../../application/log/event-log.port.ts'
import type { SaleReader } from '../../application/log/sale-reader.port.ts'
import type { Outbox } from '../../application/mail/outbox.port.ts'
import type { CopiedSales } from '../../application/sale/copied-sales.port.ts'
import type { ResumeRequests } from '../../application/sale/resume-requests.port.ts'
import type { SaleStore } from '../../application/sale/run/sale-store.port.ts'
import type { DatabaseFiles } from '../../application/storage/database-files.port.ts'

/** Everything that is kept in the database, as ports. */
export type Store = {
  readonly sales: SaleStore
  readonly saleReader: SaleReader
  readonly outbox: Outbox
  readonly keys: KeyStore
  readonly account: AccountLog
  readonly eventLog: EventLog
  readonly token: TokenStore
  readonly crmMark: CrmMark
  readonly copied: CopiedSales
  readonly resumeRequests: ResumeRequests
  readonly tree: LogTree
  readonly checkpoints: CheckpointLog
  readonly evidence: EvidenceLog
  readonly finds: Finds
  readonly saleTotals: SaleTotals
  readonly eventsBeside: EventsBeside
  readonly files: DatabaseFiles
  close(): Promise<void>
}

/** Calls its argument once, after everything that is ready to run in this turn of the event loop. */
type EndOfTurn = (then: () => void) => void

/**
 * Opens the database at `path`; it is created where there is none, and migrated to this version.
 *
 * @param endOfTurn what is written until then is committed as one group; by default the end of this
 *   very turn, for a process without connections
 * @throws {AppError} `refused` when a newer version wrote it; `unavailable` or `lost`.
 */
export async function openStore(
  path: string,
  watch?: DiskWatch,
  endOfTurn: EndOfTurn = setImmediate,
  onCommit?: OnCommit,
): Promise<Store> {
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
  return storeOf(database, makeLogWriter(database.kysely, endOfTurn, onCommit))
}

/** Every port over one open and migrated database. */
export function storeOf(database: Database, writer: LogWriter): Store {
  return {
    sales: makeSqliteSaleStore(database, writer),
    saleReader: makeSqliteSaleReader(database),
    outbox: makeSqliteOutbox(database, writer),
    keys: makeSqliteKeyStore(database, writer),
    account: makeSqliteAccountLog(database),
    eventLog: makeSqliteEventLog(writer),
    token: makeSqliteTokenStore(database),
    crmMark: makeSqliteCrmMark(database),
    copied: makeSqliteCopiedSales(database),
    resumeRequests: makeSqliteResumeRequests(database),
    tree: makeSqliteLogTree(database),
    checkpoints: makeSqliteCheckpointLog(database, writer),
    evidence: makeSqliteEvidenceLog(database),
    finds: makeSqliteFinds(database),
    saleTotals: makeSqliteSaleTotals(database),
    eventsBeside: makeSqliteEventsBeside(database),
    files: database.files,
    async close() {
      await writer.idle()
      await database.close()
    },
  }
}

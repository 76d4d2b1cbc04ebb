// Opens the database, and gives each of its ports.

import { migrations } from '../../../migrations/sqlite/index.ts'
import { makeSqlKeyStore } from '../../adapters/sql/access/sql-key-store.ts'
import { makeSqlCheckpointLog } from '../../adapters/sql/checkpoints/sql-checkpoint-log.ts'
import { requireServable } from '../../adapters/sql/copies/servable.ts'
import { makeSqlAccountLog } from '../../adapters/sql/crm/sql-account-log.ts'
import { makeSqlCrmMark } from '../../adapters/sql/crm/sql-crm-mark.ts'
import { makeSqlTokenStore } from '../../adapters/sql/crm/sql-token-store.ts'
import type { Database } from '../../adapters/sql/database/database.ts'
import { makeSqlEventsBeside } from '../../adapters/sql/desk/sql-events-beside.ts'
import { makeSqlFinds } from '../../adapters/sql/desk/sql-finds.ts'
import { makeSqlSaleTotals } from '../../adapters/sql/desk/sql-sale-totals.ts'
import { makeSqlDuties } from '../../adapters/sql/instances/sql-duties.ts'
import { makeSqlInstances } from '../../adapters/sql/instances/sql-instances.ts'
import { makeSqlKeyBuckets } from '../../adapters/sql/limits/sql-key-buckets.ts'
import { makeSqlPlaceDesk } from '../../adapters/sql/limits/sql-place-desk.ts'
import { growTree } from '../../adapters/sql/log/rows/grow-tree.ts'
import {
  type LogWriter,
  makeLogWriter,
  type OnCommit,
} from '../../adapters/sql/log/rows/log-writer.ts'
import { makeSqlEventLog } from '../../adapters/sql/log/sql-event-log.ts'
import { makeSqlEvidenceLog } from '../../adapters/sql/log/sql-evidence-log.ts'
import { makeSqlLogTree } from '../../adapters/sql/log/sql-log-tree.ts'
import { makeSqlOutbox } from '../../adapters/sql/mail/sql-outbox.ts'
import { makeSqlCopiedSales } from '../../adapters/sql/sale/sql-copied-sales.ts'
import { makeSqlResumeRequests } from '../../adapters/sql/sale/sql-resume-requests.ts'
import { makeSqlSaleReader } from '../../adapters/sql/sale/sql-sale-reader.ts'
import { makeSqlSaleStore } from '../../adapters/sql/sale/sql-sale-store.ts'
import {
  assertFullSync,
  type DiskWatch,
  openDatabase,
  settleWal,
} from '../../adapters/sqlite/database/database.ts'
import { migrate } from '../../adapters/sqlite/database/migrate.ts'
import type { KeyBuckets } from '../../application/access/key-buckets.port.ts'
import type { KeyStore } from '../../application/access/key-store.port.ts'
import type { CheckpointLog } from '../../application/checkpoints/checkpoint-log.port.ts'
import type { LogTree } from '../../application/checkpoints/log-tree.port.ts'
import type { AccountLog } from '../../application/crm/account-log.port.ts'
import type { CrmMark } from '../../application/crm/crm-mark.port.ts'
import type { PlaceDesk } from '../../application/crm/places/place-desk.port.ts'
import type { TokenStore } from '../../application/crm/token-store.port.ts'
import type { EventsBeside } from '../../application/desk/events-beside.port.ts'
import type { Finds } from '../../application/desk/finds.port.ts'
import type { SaleTotals } from '../../application/desk/sale-totals.port.ts'
import type { EvidenceLog } from '../../application/evidence/bundle/evidence-log.port.ts'
import type { Duties } from '../../application/instances/duties.port.ts'
import type { Instances } from '../../application/instances/instances.port.ts'
import { ALONE, type Lease } from '../../application/instances/lease.ts'
import type { EventLog } from '../../application/log/event-log.port.ts'
import type { SaleReader } from '../../application/log/sale-reader.port.ts'
import type { Outbox } from '../../application/mail/outbox.port.ts'
import type { CopiedSales } from '../../application/sale/copied-sales.port.ts'
import type { ResumeRequests } from '../../application/sale/resume-requests.port.ts'
import type { SaleStore } from '../../application/sale/run/sale-store.port.ts'
import type { DatabaseFiles } from '../../application/storage/database-files.port.ts'
import type { PostgresConfig } from '../config/database-settings.ts'

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
  readonly instances: Instances
  readonly places: PlaceDesk
  readonly duties: Duties
  readonly keyBuckets: KeyBuckets
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
    await requireServable(database)
    await growTree(database)
    await assertFullSync(database)
  } catch (error) {
    await database.close()
    throw error
  }
  return storeOf(database, makeLogWriter(database, endOfTurn, onCommit))
}

/**
 * Opens a database in a PostgreSQL server for a command, which runs no sale. The adapter is loaded only then,
 * because most gateways need none.
 *
 * @param mayMigrate whether what it lacks may be made: only with the URL of the owner of the tables
 * @throws {AppError} `refused` when it lacks a table, a newer version wrote it, or a commit may be lost;
 *   `unavailable` when it cannot be reached
 */
export async function openPostgresStore(
  config: PostgresConfig,
  mayMigrate: boolean,
): Promise<Store> {
  const { openPostgresTables } = await import('../postgres/connect-postgres.ts')
  const database = await openPostgresTables(config, mayMigrate)
  return storeOf(database, makeLogWriter(database, setImmediate))
}

/**
 * Every port over one open and migrated database.
 *
 * @param lease of this process, where it is one of several that serve the database
 */
export function storeOf(
  database: Database,
  writer: LogWriter,
  lease: Pick<Lease, 'number'> = ALONE,
): Store {
  return {
    sales: makeSqlSaleStore(database, writer, lease),
    saleReader: makeSqlSaleReader(database),
    outbox: makeSqlOutbox(database, writer),
    keys: makeSqlKeyStore(database, writer),
    account: makeSqlAccountLog(database),
    eventLog: makeSqlEventLog(database, writer),
    token: makeSqlTokenStore(database),
    crmMark: makeSqlCrmMark(database),
    copied: makeSqlCopiedSales(database),
    resumeRequests: makeSqlResumeRequests(database),
    tree: makeSqlLogTree(database),
    checkpoints: makeSqlCheckpointLog(database, writer),
    evidence: makeSqlEvidenceLog(database),
    finds: makeSqlFinds(database),
    saleTotals: makeSqlSaleTotals(database),
    eventsBeside: makeSqlEventsBeside(database),
    instances: makeSqlInstances(database),
    places: makeSqlPlaceDesk(database),
    duties: makeSqlDuties(database),
    keyBuckets: makeSqlKeyBuckets(database),
    files: database.files,
    async close() {
      await writer.idle()
      await database.close()
    },
  }
}

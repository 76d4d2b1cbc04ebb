import path from 'node:path'
import { sql } from 'kysely'
import { migrations } from '../../../migrations/sqlite/index.ts'
import { makeSqlCheckpointLog } from '../../../src/adapters/sql/checkpoints/sql-checkpoint-log.ts'
import { makeLogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import { makeSqlEventLog } from '../../../src/adapters/sql/log/sql-event-log.ts'
import { makeSqlEvidenceLog } from '../../../src/adapters/sql/log/sql-evidence-log.ts'
import { makeSqlLogTree } from '../../../src/adapters/sql/log/sql-log-tree.ts'
import { makeSqlOutbox } from '../../../src/adapters/sql/mail/sql-outbox.ts'
import { makeSqlSaleReader } from '../../../src/adapters/sql/sale/sql-sale-reader.ts'
import { makeSqlSaleStore } from '../../../src/adapters/sql/sale/sql-sale-store.ts'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { openDatabase } from '../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../src/adapters/sqlite/database/migrate.ts'
import { makeSignCheckpoint } from '../../../src/application/checkpoints/sign-checkpoint.ts'
import type { AskedEvidence } from '../../../src/application/evidence/bundle/bundle-parts.ts'
import { makeExportBundle } from '../../../src/application/evidence/export-bundle.ts'
import { GATEWAY } from '../../../src/application/log/event-record.ts'
import type { Signer } from '../../../src/domain/log/signing.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { type EpochMs, plusMs } from '../../../src/domain/time.ts'
import { writeBundle } from '../../../src/infrastructure/evidence/bundle-folder.ts'
import { dealCreated, now, priced, requested } from '../examples/sale-examples.ts'
import * as a from '../examples/store-examples.ts'
import { ManualClock } from '../fakes/manual-clock.ts'

const SOLD: readonly SaleEvent[] = [priced, ...a.completed]
const FAILED: readonly SaleEvent[] = [priced, dealCreated, a.failed, ...a.rolledBack]
const FAILING: readonly SaleEvent[] = [priced, dealCreated, a.failed]
const COURSES = [SOLD, FAILED, FAILING, []]

const EVERY: AskedEvidence = { from: now, to: plusMs(now, 86_400_000) as EpochMs }

/** A log that grows sale by sale, and exports bundles of evidence. */
export async function openEvidenceLog(folder: string, signer: Signer, verifier: string) {
  const database = openDatabase(path.join(folder, 'gateway.db'))
  const file = openCheckpointFile(path.join(folder, 'checkpoints.db'))
  await migrate(database, migrations)
  // This log need not survive a power cut.
  await sql`pragma synchronous = off`.execute(database.kysely)
  const writer = makeLogWriter(database, setImmediate)
  const sales = makeSqlSaleStore(database, writer)
  const outbox = makeSqlOutbox(database, writer)
  const eventLog = makeSqlEventLog(database, writer)
  const tree = makeSqlLogTree(database)
  const log = makeSqlCheckpointLog(database, writer)
  const clock = new ManualClock()
  const sign = makeSignCheckpoint({ tree, log, file, signer, clock })
  const exportBundle = makeExportBundle({
    evidence: makeSqlEvidenceLog(database),
    eventLog,
    saleReader: makeSqlSaleReader(database),
    tree,
    signCheckpoint: sign,
    signer,
    clock,
    software: 'plg-sales-gateway/test',
    verifier,
  })

  return {
    tree,
    sign,
    everything: EVERY,

    /** Adds an event of no sale. */
    async addLoose(number: number): Promise<void> {
      const event = { type: 'CrmAccountReopened', at: now, data: {} } as const
      await eventLog.record(event, GATEWAY, [a.mailOf(a.saleIdOf(number))])
    },

    /** Adds a sale. The course follows from the number; a mail is sent for a sale that failed. */
    async addSale(
      number: number,
      client = a.client,
      events = COURSES[number % COURSES.length] ?? [],
    ): Promise<void> {
      const saleId = a.saleIdOf(number)
      await sales.begin(a.firstOf(saleId, { client }), undefined, now)
      const isFailed = events.includes(a.failed)
      if (events.length > 0) {
        const mails = isFailed ? [a.mailOf(saleId)] : []
        await sales.append(a.appendOf(saleId, [requested], events, mails))
      }
      const [mail] = isFailed
        ? (await outbox.due(now, 1_000)).filter((one) => one.saleId === saleId)
        : []
      if (mail !== undefined) await outbox.markSent(mail, now, a.BY_SMTP)
    },

    /** Adds the event of one mail about several sales, as in a storm. */
    async addSharedMail(...numbers: readonly number[]): Promise<void> {
      const saleIds = numbers.map(a.saleIdOf)
      const messageId = `${saleIds[0]}.failed@gateway.example`
      const sent = {
        type: 'MailSent',
        at: now,
        data: { messageId, about: 'failed', saleIds },
      } as const
      await eventLog.record(sent, GATEWAY)
    },

    /** Exports a bundle to the folder `to`, and returns the folder. */
    async take(asked: AskedEvidence, to: string): Promise<string> {
      const files = await exportBundle(asked, { operator: 'auditor' })
      if (files === undefined) throw new Error('there is nothing to export')
      await writeBundle(to, files)
      return to
    },

    async [Symbol.asyncDispose]() {
      file.close()
      await database.close()
    },
  }
}

// A log with its checkpoints on disk, for the tests of the auditor.
import { copyFileSync, existsSync } from 'node:fs'
import path from 'node:path'
import { sql } from 'kysely'
import { migrations } from '../../../migrations/sqlite/index.ts'
import { checkSignature, makeSigner } from '../../../src/adapters/signing/ed25519.ts'
import { makeSqlCheckpointLog } from '../../../src/adapters/sql/checkpoints/sql-checkpoint-log.ts'
import { isCanonical } from '../../../src/adapters/sql/log/rows/event-codec.ts'
import { makeLogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import { makeSqlEventLog } from '../../../src/adapters/sql/log/sql-event-log.ts'
import { makeSqlLogTree } from '../../../src/adapters/sql/log/sql-log-tree.ts'
import { makeSqlSaleStore } from '../../../src/adapters/sql/sale/sql-sale-store.ts'
import { expectedSchema } from '../../../src/adapters/sqlite/archive/expected-schema.ts'
import { openLogArchive } from '../../../src/adapters/sqlite/archive/sqlite-log-archive.ts'
import {
  openCheckpointFile,
  readCheckpointFile,
} from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { openDatabase } from '../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../src/adapters/sqlite/database/migrate.ts'
import { makeSignCheckpoint } from '../../../src/application/checkpoints/sign-checkpoint.ts'
import { GATEWAY } from '../../../src/application/log/event-record.ts'
import type { Finding } from '../../../src/application/verify/finding.ts'
import type { Anchor } from '../../../src/application/verify/verify-checkpoints.ts'
import { type Verified, verifyLog } from '../../../src/application/verify/verify-log.ts'
import type { Signer } from '../../../src/domain/log/signing.ts'
import { parseVkey, type VerifierKey } from '../../../src/domain/log/vkey.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { dealCreated, now, priced, requested } from '../examples/sale-examples.ts'
import * as a from '../examples/store-examples.ts'
import { ManualClock } from '../fakes/manual-clock.ts'

export const signer: Signer = makeSigner('0011223344556677/sales-log', Buffer.alloc(32, 7))
export const otherSigner: Signer = makeSigner(signer.name, Buffer.alloc(32, 8))

export function keyOf({ vkey }: Signer): VerifierKey {
  const key = parseVkey(vkey)
  if (key === undefined) throw new Error('a signer without a key')
  return key
}

/** The files of a log: the database, and the newest checkpoint beside it. */
export type LogFiles = { readonly db: string; readonly checkpoints: string }

export function filesIn(folder: string): LogFiles {
  return { db: path.join(folder, 'gateway.db'), checkpoints: path.join(folder, 'checkpoints.db') }
}

const SOLD: readonly (readonly SaleEvent[])[] = [
  [priced],
  ...a.completed.slice(0, 2).map((event) => [event]),
  a.completed.slice(2),
]
const FAILED: readonly (readonly SaleEvent[])[] = [
  [priced],
  [dealCreated],
  [a.failed],
  a.rolledBack,
]

/** Events of one sale of the log, sold or failed. */
export const SALE_EVENTS = 6

/**
 * Writes a log of `events` as the service does: sales that were sold and that failed, events of no
 * sale, and a checkpoint every `signEvery` events. Every `copyEvery` events `onCopy` may copy what is there.
 */
export async function writeLog(
  { db, checkpoints }: LogFiles,
  size: { readonly events: number; readonly signEvery: number; readonly copyEvery: number },
  onCopy: (copyTo: (files: LogFiles) => Promise<void>) => Promise<void>,
): Promise<void> {
  const database = openDatabase(db)
  const file = openCheckpointFile(checkpoints)
  try {
    await migrate(database, migrations)
    // This log need not survive a power cut.
    await sql`pragma synchronous = off`.execute(database.kysely)
    const writer = makeLogWriter(database, setImmediate)
    const sales = makeSqlSaleStore(database, writer)
    const eventLog = makeSqlEventLog(database, writer)
    const tree = makeSqlLogTree(database)
    const log = makeSqlCheckpointLog(database, writer)
    const sign = makeSignCheckpoint({ tree, log, file, signer, clock: new ManualClock() })
    let [signedAt, copiedAt] = [0, 0]
    await sign('start')

    for (let number = 1, written = 0; written < size.events; number += 1) {
      if (size.events - written < SALE_EVENTS || number % 5 === 0) {
        const event = { type: 'CrmAccountReopened', at: now, data: {} } as const
        await eventLog.record(event, GATEWAY, [a.mailOf(a.saleIdOf(number))])
        written += 1
      } else {
        const saleId = a.saleIdOf(number)
        await sales.begin(a.firstOf(saleId), undefined, now)
        let before: readonly SaleEvent[] = [requested]
        for (const events of number % 2 === 0 ? SOLD : FAILED) {
          await sales.append(a.appendOf(saleId, before, events))
          before = [...before, ...events]
        }
        written += SALE_EVENTS
      }
      const isWhole = written === size.events
      if (written - signedAt >= size.signEvery || isWhole) {
        signedAt = written
        await sign('events')
      }
      if (written - copiedAt < size.copyEvery && !isWhole) continue
      copiedAt = written
      await onCopy(async (files) => {
        await sql`vacuum into ${files.db}`.execute(database.kysely)
        copyFileSync(checkpoints, files.checkpoints)
      })
    }
  } finally {
    file.close()
    await database.close()
  }
}

const expected = await expectedSchema(migrations)

/** All that `audit verify` finds, with the file of the newest checkpoint where there is one. */
export async function findingsOf(
  files: LogFiles,
  given: { readonly anchors?: readonly Anchor[]; readonly keys?: readonly VerifierKey[] } = {},
): Promise<readonly Finding[]> {
  return (await verifiedOf(files, given)).findings
}

/** The same with what else a verification returns. */
export async function verifiedOf(
  { db, checkpoints }: LogFiles,
  given: { readonly anchors?: readonly Anchor[]; readonly keys?: readonly VerifierKey[] } = {},
): Promise<Verified & { readonly findings: readonly Finding[] }> {
  const newest = await readCheckpointFile(checkpoints)
  const archive = openLogArchive(db)
  const findings: Finding[] = []
  try {
    const verified = await verifyLog(
      {
        archive,
        expectedSchema: expected,
        file: existsSync(checkpoints) ? { before: newest, after: newest } : undefined,
        anchors: given.anchors ?? [],
        keys: given.keys ?? [keyOf(signer)],
        checkSignature,
        isCanonical,
      },
      (place, text) => findings.push({ place, text }),
    )
    return { ...verified, findings }
  } finally {
    await archive.close()
  }
}

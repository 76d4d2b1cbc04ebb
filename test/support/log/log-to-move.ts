// A log with something in every table that a move takes along, and the two ends of a move.

import { withPostgresEnd } from '../../../src/adapters/postgres/copies/postgres-copy-end.ts'
import { openPostgresDatabase } from '../../../src/adapters/postgres/database/postgres-database.ts'
import {
  type Copied,
  type CopyRequest,
  copyDatabase,
} from '../../../src/adapters/sql/copies/copy-database.ts'
import type { CopyEnd } from '../../../src/adapters/sql/copies/copy-end.ts'
import { rootAt } from '../../../src/adapters/sql/copies/copy-events.ts'
import type { Database } from '../../../src/adapters/sql/database/database.ts'
import { makeLogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import { makeSignedCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { type Store, storeOf } from '../../../src/infrastructure/service/open-store.ts'
import { dealCreated, now, requested } from '../examples/sale-examples.ts'
import * as a from '../examples/store-examples.ts'
import { signer } from './audit-log.ts'

/** The sale that is unfinished in the log, with an `Idempotency-Key` (`a.claim`). */
export const UNFINISHED = a.saleIdOf(1)
/** The first sale of a log that is long: its events are more than a copy reads at once. */
const LONG = 600

/** The ports over a database that stays open. */
export function portsOf(database: Database): Store {
  return storeOf(database, makeLogWriter(database, setImmediate))
}

/** @param isLong whether there are more events than one page of a copy */
export async function fillLog(database: Database, isLong = false): Promise<void> {
  const store = portsOf(database)
  const { sales, keys } = store
  await sales.begin(a.firstOf(UNFINISHED), a.claim, now)
  await sales.append(a.appendOf(UNFINISHED, [requested], [dealCreated]))
  for (const number of [2, 3, 4]) await failSale(store, number)
  for (const client of ['zoe', 'ada']) {
    const key = { client, scopes: ['sales:read'], createdAt: now, expiresAt: null } as const
    await keys.create(key, a.operator)
  }
  const [mail] = await store.outbox.due(a.later(0), 1)
  if (mail !== undefined) await store.outbox.markSent(mail, now, a.BY_SMTP)
  await store.token.write(new Uint8Array([1, 2, 3]))
  await store.token.claim(now, a.later(1_000))
  await store.crmMark.write('zoho', now)
  const more = Array.from({ length: isLong ? LONG : 0 }, (_, index) => 10 + index)
  await Promise.all(more.map((n) => sales.begin(a.firstOf(a.saleIdOf(n)), undefined, now)))
  const size = await store.tree.size()
  const root = await rootAt(database.kysely, size)
  const stated = { number: 3, size, root, at: now, reason: 'events' } as const
  await store.checkpoints.add(makeSignedCheckpoint(signer, stated), [])
}

async function failSale({ sales }: Store, number: number): Promise<void> {
  const saleId = a.saleIdOf(number)
  await sales.begin(a.firstOf(saleId), undefined, now)
  const mail = a.failureMailOf(number, now)
  await sales.append(a.appendOf(saleId, [requested], [a.failed, ...a.rolledBack.slice(1)], [mail]))
}

/** An end whose database nobody else knows. */
export function ownEnd(database: Database, name: string): CopyEnd {
  const nothing = async () => undefined
  return { database, name, requireStopped: nothing, continueIds: nothing }
}

/** Works with a database in a server as one of the ends. */
export async function withServerEnd<T>(
  settings: Parameters<typeof openPostgresDatabase>[0],
  work: (end: CopyEnd) => Promise<T>,
): Promise<T> {
  const database = openPostgresDatabase(settings)
  try {
    return await withPostgresEnd(database, `postgres:${settings.database}`, work)
  } finally {
    await database.close()
  }
}

/** Copies as the operator does, at the time of the examples. */
export function copyAs(
  from: CopyEnd,
  to: CopyEnd,
  changes: Partial<CopyRequest> = {},
): Promise<Copied> {
  const usual = { actor: a.operator, now: () => a.later(5), givesUpEarlier: false }
  return copyDatabase({ from, to, ...usual, ...changes })
}

import { type Kysely, sql, type Transaction } from 'kysely'
import { FACTS_BYTES_MAX, SALES_PER_MAIL_MAX } from '../../../application/mail/failure-storm.ts'
import { collectedFailures } from '../../../application/sale/failure-mail.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Schema } from '../database/schema.ts'

// A mail that collects has the text of its first sale until it is closed; then it gets the text
// about all of them, which nothing changes any more.

/** The id of the open mail that has room for these lines; one that has none is closed. */
export async function openMailFor(
  tx: Transaction<Schema>,
  facts: string,
  now: EpochMs,
): Promise<number | undefined> {
  const open = await tx
    .selectFrom('outbox')
    .select('id')
    // A literal: the planner takes a partial index only for a condition it can read.
    .where('open', '=', sql.lit(1))
    .orderBy('due_at')
    .executeTakeFirst()
  if (open === undefined) return undefined
  const { bytes } = await sizeOf(tx, open.id)
  if (bytes + Buffer.byteLength(facts) <= FACTS_BYTES_MAX) return open.id
  await close(tx, open.id, now)
  return undefined
}

/** Closes a mail that holds as many sales as it may, and makes it due. */
export async function closeIfFull(
  tx: Transaction<Schema>,
  mailId: number,
  now: EpochMs,
): Promise<void> {
  const { sales } = await sizeOf(tx, mailId)
  if (sales >= SALES_PER_MAIL_MAX) await close(tx, mailId, now)
}

/** Closes what is due at `now`. */
export async function closeDue(kysely: Kysely<Schema>, now: EpochMs): Promise<void> {
  const due = (db: Kysely<Schema>) =>
    db
      .selectFrom('outbox')
      .select('id')
      .where('open', '=', sql.lit(1))
      .where('due_at', '<=', now)
      .execute()
  // Looked first, so that the write lock is not taken for nothing.
  if ((await due(kysely)).length === 0) return
  await kysely.transaction().execute(async (tx) => {
    for (const { id } of await due(tx)) await close(tx, id, now)
  })
}

/** The sales that these mails name, in order. */
export async function salesOf(
  kysely: Kysely<Schema>,
  mailIds: readonly number[],
): Promise<ReadonlyMap<number, readonly SaleId[]>> {
  if (mailIds.length === 0) return new Map()
  const rows = await kysely
    .selectFrom('mailed_failure')
    .select(['mail_id', 'sale_id'])
    .where('mail_id', 'in', mailIds)
    .orderBy('id')
    .execute()
  const ofMail = Map.groupBy(rows, (row) => row.mail_id)
  return new Map([...ofMail].map(([id, named]) => [id, named.map((row) => row.sale_id)]))
}

async function close(tx: Transaction<Schema>, mailId: number, now: EpochMs): Promise<void> {
  const rows = await tx
    .selectFrom('mailed_failure')
    .select('facts')
    .where('mail_id', '=', mailId)
    .orderBy('id')
    .execute()
  const facts = rows.flatMap((row) => (row.facts === null ? [] : [row.facts]))
  await tx
    .updateTable('outbox')
    .set({ open: 0, ...(facts.length > 1 ? collectedFailures(facts) : {}) })
    .set((eb) => ({ due_at: eb.fn<EpochMs>('min', ['due_at', eb.val(now)]) }))
    .where('id', '=', mailId)
    .execute()
}

async function sizeOf(
  tx: Transaction<Schema>,
  mailId: number,
): Promise<{ readonly sales: number; readonly bytes: number }> {
  const { rows } = await sql<{ readonly sales: number; readonly bytes: number }>`
    select count(*) as sales, coalesce(sum(octet_length(facts)), 0) as bytes
    from mailed_failure where mail_id = ${mailId}
  `.execute(tx)
  return rows[0] ?? { sales: 0, bytes: 0 }
}

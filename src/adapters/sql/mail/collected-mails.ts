// The mails that collect failed sales. An open mail has the text of its first sale. Closing it
// gives it the text about all of its sales, and nothing changes it any more.

import { type Kysely, sql, type Transaction } from 'kysely'
import type { CollectingMail } from '../../../application/mail/failure-storm.ts'
import { collectedFailures } from '../../../application/sale/run/failure-mail.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'

/** The mail that is open and what it holds; `undefined` when none is open. */
export async function collectingMail(
  tx: Transaction<Schema>,
): Promise<(CollectingMail & { readonly id: number }) | undefined> {
  const open = await tx
    .selectFrom('outbox')
    .select('id')
    // A literal: the planner uses a partial index only for a condition it can read.
    .where('open', '=', sql.lit(1))
    .orderBy('due_at')
    .executeTakeFirst()
  if (open === undefined) return undefined
  const size = await tx
    .selectFrom('mailed_failure')
    .select(({ fn }) => [
      fn.countAll<number>().as('sales'),
      fn.coalesce(fn.sum<number>(fn('octet_length', ['facts'])), sql.lit(0)).as('bytes'),
    ])
    .where('mail_id', '=', open.id)
    .executeTakeFirstOrThrow()
  return { id: open.id, ...size }
}

/** Closes a mail: fixes its text, and makes it due at `now` at the latest. */
export async function closeMail(
  tx: Transaction<Schema>,
  mailId: number,
  now: EpochMs,
): Promise<void> {
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
    .set(({ eb }) => ({
      due_at: eb.case().when('due_at', '<', now).then(eb.ref('due_at')).else(now).end(),
    }))
    .where('id', '=', mailId)
    .execute()
}

/** Closes the open mails that are due at `now`. */
export async function closeDueMails(
  { kysely, logHead }: Pick<Database, 'kysely' | 'logHead'>,
  now: EpochMs,
): Promise<void> {
  const due = (db: Kysely<Schema>) =>
    db
      .selectFrom('outbox')
      .select('id')
      .where('open', '=', sql.lit(1))
      .where('due_at', '<=', now)
      .execute()
  // The mails are read outside of the transaction first: most often nothing is due, and then no write
  // lock is needed.
  if ((await due(kysely)).length === 0) return
  await kysely.transaction().execute(async (tx) => {
    // Who adds a failed sale to an open mail has the head of the log, too: else the mail could be closed
    // without a sale that joins it.
    await logHead.lock(tx)
    for (const { id } of await due(tx)) await closeMail(tx, id, now)
  })
}

/** The sales that each of these mails names, in order. */
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

import type { Kysely, Selectable } from 'kysely'
import type { InstanceNumber } from '../../../application/instances/instances.port.ts'
import { GATEWAY } from '../../../application/log/event-record.ts'
import type { MailSent } from '../../../application/log/service-events.ts'
import type {
  Backlog,
  HandedOver,
  Outbox,
  WaitingMail,
} from '../../../application/mail/outbox.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import { withRepeats } from '../database/repeats.ts'
import type { OutboxTable, Schema } from '../database/schema.ts'
import type { LogGroup } from '../log/rows/log-group.ts'
import type { LogWriter } from '../log/rows/log-writer.ts'
import { claimMails, dueMails, isFreeFor } from './claimed-mails.ts'
import { closeDueMails, salesOf } from './collected-mails.ts'
import { putMail } from './put-mails.ts'

/** The mails that wait, and those that were sent: both stay, as evidence of what was mailed. */
export function makeSqlOutbox(database: Database, writer: LogWriter): Outbox {
  const { kysely } = database
  return {
    put(mail) {
      const write = async ({ tx }: LogGroup) =>
        (await putMail(tx, mail, { dueAt: mail.createdAt, open: 0 })) !== undefined
      return withAppErrors('put', () => writer.write({ write }))
    },

    due: (now, limit, sender = null) => withRepeats('due', () => due(database, now, limit, sender)),
    nextDueAt: (sender = null) => withAppErrors('nextDueAt', () => nextDueAt(kysely, sender)),
    backlog: () => withAppErrors('backlog', () => backlog(kysely)),
    markSent: (mail, at, handedOver) =>
      withAppErrors('markSent', () => markSent(writer, mail, at, handedOver)),

    postpone: (mail, dueAt, sender = null) =>
      withRepeats('postpone', () => postpone(kysely, mail, dueAt, sender)),

    async makeAllDue(now) {
      await withRepeats('makeAllDue', () =>
        kysely
          .updateTable('outbox')
          .set({ due_at: now })
          .where('sent_at', 'is', null)
          .where('due_at', '>', now)
          .execute(),
      )
    },
  }
}

async function due(
  database: Database,
  now: EpochMs,
  limit: number,
  sender: InstanceNumber | null,
): Promise<readonly WaitingMail[]> {
  const { kysely } = database
  await closeDueMails(database, now)
  const found = await dueMails(kysely, now, sender).selectAll().limit(limit).execute()
  const ids = found.map(({ id }) => id)
  const rows = sender === null ? found : await claimMails(database, ids, now, sender)
  const named = await salesOf(
    kysely,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => toWaitingMail(row, named.get(row.id)))
}

async function nextDueAt(
  kysely: Kysely<Schema>,
  sender: InstanceNumber | null,
): Promise<EpochMs | undefined> {
  const waiting = kysely
    .selectFrom('outbox')
    .select('due_at')
    .where('sent_at', 'is', null)
    .orderBy('due_at')
    .limit(1)
  const query = sender === null ? waiting : waiting.where(isFreeFor(sender))
  return (await query.executeTakeFirst())?.due_at
}

async function postpone(
  kysely: Kysely<Schema>,
  { messageId, attempts }: WaitingMail,
  dueAt: EpochMs,
  sender: InstanceNumber | null,
): Promise<void> {
  const waiting = kysely
    .updateTable('outbox')
    .set({ attempts: attempts + 1, due_at: dueAt })
    .where('message_id', '=', messageId)
    .where('sent_at', 'is', null)
  const query =
    sender === null ? waiting : waiting.set({ claimed_by: null }).where('claimed_by', '=', sender)
  await query.execute()
}

async function backlog(kysely: Kysely<Schema>): Promise<Backlog> {
  const { count, oldest } = await backlogQuery(kysely).executeTakeFirstOrThrow()
  return { count, oldestAt: oldest ?? undefined }
}

/** Its plan is looked at in a test. */
export function backlogQuery(kysely: Kysely<Schema>) {
  return kysely
    .selectFrom('outbox')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('created_at').as('oldest')])
    .where('sent_at', 'is', null)
}

async function markSent(
  writer: LogWriter,
  { messageId, about, saleIds }: WaitingMail,
  at: EpochMs,
  { way, recipients }: HandedOver,
): Promise<void> {
  const data = { messageId, about, saleIds, way, recipients }
  const sent: MailSent = { type: 'MailSent', at, data }
  const write = async (group: LogGroup) => {
    const marked = await group.tx
      .updateTable('outbox')
      .set({ sent_at: at })
      .where('message_id', '=', messageId)
      .where('sent_at', 'is', null)
      .executeTakeFirst()
    // Where it was marked before, its event is in the log.
    if (marked.numUpdatedRows > 0n) group.appendOwn([sent], GATEWAY)
  }
  await writer.write({ hasOwn: true, write })
}

/** @param named the sales that the mail names; left out, it is the one it was made for */
function toWaitingMail(
  row: Selectable<OutboxTable>,
  named: readonly SaleId[] = row.sale_id === null ? [] : [row.sale_id],
): WaitingMail {
  return {
    messageId: row.message_id,
    about: row.about,
    saleId: row.sale_id,
    saleIds: named,
    subject: row.subject,
    text: row.text,
    createdAt: row.created_at,
    attempts: row.attempts,
  }
}

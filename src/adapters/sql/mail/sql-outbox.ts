import type { Kysely, Selectable } from 'kysely'
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
import { closeDueMails, salesOf } from './collected-mails.ts'
import { putMail } from './put-mails.ts'

/** The mails that wait, and those that were sent: both stay, as evidence of what was mailed. */
export function makeSqlOutbox({ kysely }: Database, writer: LogWriter): Outbox {
  return {
    put(mail) {
      const write = async ({ tx }: LogGroup) =>
        (await putMail(tx, mail, { dueAt: mail.createdAt, open: 0 })) !== undefined
      return withAppErrors('put', () => writer.write({ write }))
    },

    due: (now, limit) => withRepeats('due', () => due(kysely, now, limit)),
    nextDueAt: () => withAppErrors('nextDueAt', () => nextDueAt(kysely)),
    backlog: () => withAppErrors('backlog', () => backlog(kysely)),
    markSent: (mail, at, handedOver) =>
      withAppErrors('markSent', () => markSent(writer, mail, at, handedOver)),

    async postpone({ messageId, attempts }, dueAt) {
      await withRepeats('postpone', () =>
        kysely
          .updateTable('outbox')
          .set({ attempts: attempts + 1, due_at: dueAt })
          .where('message_id', '=', messageId)
          .where('sent_at', 'is', null)
          .execute(),
      )
    },

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
  kysely: Kysely<Schema>,
  now: EpochMs,
  limit: number,
): Promise<readonly WaitingMail[]> {
  await closeDueMails(kysely, now)
  const rows = await kysely
    .selectFrom('outbox')
    .selectAll()
    .where('sent_at', 'is', null)
    // A mail that was opened since then may be due as well, and may still get further sales.
    .where('open', '=', 0)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  const named = await salesOf(
    kysely,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => toWaitingMail(row, named.get(row.id)))
}

async function nextDueAt(kysely: Kysely<Schema>): Promise<EpochMs | undefined> {
  const next = await kysely
    .selectFrom('outbox')
    .select('due_at')
    .where('sent_at', 'is', null)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return next?.due_at
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

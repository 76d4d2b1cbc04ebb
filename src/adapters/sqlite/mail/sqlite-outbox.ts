import type { Selectable } from 'kysely'
import { GATEWAY } from '../../../application/log/event-record.ts'
import type { MailSent } from '../../../application/log/service-events.ts'
import type { Outbox, WaitingMail } from '../../../application/mail/outbox.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { Database } from '../database/database.ts'
import type { OutboxTable } from '../database/schema.ts'
import { withAppErrors } from '../database/sqlite-errors.ts'
import { appendEvents } from '../log/rows/append-events.ts'
import { closeDue, salesOf } from './collected-mails.ts'

export function makeSqliteOutbox({ kysely }: Database): Outbox {
  return {
    due(now, limit) {
      return withAppErrors('due', async () => {
        await closeDue(kysely, now)
        const rows = await kysely
          .selectFrom('outbox')
          .selectAll()
          .where('sent_at', 'is', null)
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
      })
    },

    nextDueAt() {
      return withAppErrors('nextDueAt', async () => {
        const next = await kysely
          .selectFrom('outbox')
          .select('due_at')
          .where('sent_at', 'is', null)
          .orderBy('due_at')
          .limit(1)
          .executeTakeFirst()
        return next?.due_at
      })
    },

    backlog() {
      return withAppErrors('backlog', async () => {
        const { count, oldest } = await kysely
          .selectFrom('outbox')
          .select((eb) => [
            eb.fn.countAll<number>().as('count'),
            eb.fn.min('created_at').as('oldest'),
          ])
          .where('sent_at', 'is', null)
          .executeTakeFirstOrThrow()
        return { count, oldestAt: oldest ?? undefined }
      })
    },

    async markSent({ messageId, about, saleIds }, at) {
      const data = { messageId, about, saleIds }
      const sent: MailSent = { type: 'MailSent', at, data }
      await withAppErrors('markSent', () =>
        kysely.transaction().execute(async (tx) => {
          const marked = await tx
            .updateTable('outbox')
            .set({ sent_at: at })
            .where('message_id', '=', messageId)
            .where('sent_at', 'is', null)
            .executeTakeFirst()
          if (marked.numUpdatedRows > 0n) await appendEvents(tx, null, [sent], GATEWAY)
        }),
      )
    },

    async postpone({ messageId, attempts }, dueAt) {
      await withAppErrors('postpone', () =>
        kysely
          .updateTable('outbox')
          .set({ attempts: attempts + 1, due_at: dueAt })
          .where('message_id', '=', messageId)
          .where('sent_at', 'is', null)
          .execute(),
      )
    },

    async makeAllDue(now) {
      await withAppErrors('makeAllDue', () =>
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

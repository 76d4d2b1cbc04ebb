import type { Selectable } from 'kysely'
import { GATEWAY, type MailSent } from '../../application/event-record.ts'
import type { Outbox, WaitingMail } from '../../application/ports/outbox.ts'
import { appendEvents } from './append-events.ts'
import type { Database } from './database.ts'
import type { OutboxTable } from './schema.ts'
import { withAppErrors } from './sqlite-errors.ts'

export function makeSqliteOutbox({ kysely }: Database): Outbox {
  return {
    due(now, limit) {
      return withAppErrors('due', async () => {
        const rows = await kysely
          .selectFrom('outbox')
          .selectAll()
          .where('sent_at', 'is', null)
          .where('due_at', '<=', now)
          .orderBy('due_at')
          .orderBy('id')
          .limit(limit)
          .execute()
        return rows.map(toWaitingMail)
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

    async markSent({ messageId, about, saleId }, at) {
      const data = { messageId, about, saleIds: saleId === null ? [] : [saleId] }
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

function toWaitingMail(row: Selectable<OutboxTable>): WaitingMail {
  return {
    messageId: row.message_id,
    about: row.about,
    saleId: row.sale_id,
    subject: row.subject,
    text: row.text,
    createdAt: row.created_at,
    attempts: row.attempts,
  }
}

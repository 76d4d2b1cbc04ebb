import { sql } from 'kysely'
import { GATEWAY } from '../../application/event-record.ts'
import type { UnreadableSales } from '../../application/ports/unreadable-sales.ts'
import { appendEvents } from './append-events.ts'
import type { Database } from './database.ts'
import { putMails } from './put-mails.ts'
import { withAppErrors } from './sqlite-errors.ts'

export function makeSqliteUnreadableSales({ kysely }: Database): UnreadableSales {
  return {
    record(event, mail) {
      return withAppErrors('record unreadable sale', () =>
        kysely.transaction().execute(async (tx) => {
          const told = await tx
            .selectFrom('event')
            .select('position')
            // Both as in the index: the planner takes it only for what it can read there.
            .where('type', '=', sql.lit('SaleUnreadable'))
            .where(sql`body ->> '$.data.saleId'`, '=', event.data.saleId)
            .executeTakeFirst()
          if (told !== undefined) return false
          await appendEvents(tx, null, [event], GATEWAY)
          await putMails(tx, [mail])
          return true
        }),
      )
    },
  }
}

import { sql } from 'kysely'
import { GATEWAY } from '../../../application/log/event-record.ts'
import type { UnreadableSales } from '../../../application/sale/unreadable-sales.port.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/sqlite-errors.ts'
import { appendEvents } from '../log/append-events.ts'
import { putMails } from '../mail/put-mails.ts'

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

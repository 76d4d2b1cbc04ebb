import { type RawBuilder, sql } from 'kysely'
import type { EventLog } from '../../../application/log/event-log.port.ts'
import type { Actor } from '../../../application/log/event-record.ts'
import type { OnceEvent } from '../../../application/log/service-events.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/sqlite-errors.ts'
import { putMails } from '../mail/put-mails.ts'
import { appendEvents } from './rows/append-events.ts'

/** Events that belong to no sale, appended to the log. */
export function makeSqliteEventLog({ kysely }: Database): EventLog {
  return {
    record(event, actor, mails = []) {
      return withAppErrors(`record ${event.type}`, () =>
        kysely.transaction().execute(async (tx) => {
          const position = await appendEvents(tx, null, [event], actor)
          await putMails(tx, mails)
          return position
        }),
      )
    },

    recordOnce(event, actor, mails = []) {
      return withAppErrors(`record ${event.type}`, () =>
        kysely.transaction().execute(async (tx) => {
          const { rows } = await sameEvent(event, actor).execute(tx)
          if (rows.length > 0) return false
          await appendEvents(tx, null, [event], actor)
          await putMails(tx, mails)
          return true
        }),
      )
    },
  }
}

/**
 * Finds the event that counts as the same one. Each condition stands as in its index of migrations
 * 007 and 009: for any other words the planner reads the whole log.
 */
function sameEvent(event: OnceEvent, actor: Actor): RawBuilder<unknown> {
  if (event.type === 'SaleUnreadable') {
    return sql`
      select 1 from event where type = 'SaleUnreadable'
      and body ->> '$.data.saleId' = ${event.data.saleId} limit 1
    `
  }
  const keyId = 'keyId' in actor ? actor.keyId : null
  return sql`
    select 1 from event where type = 'AuditorLooked'
    and body ->> '$.actor.keyId' = ${keyId} and body ->> '$.data.day' = ${event.data.day} limit 1
  `
}

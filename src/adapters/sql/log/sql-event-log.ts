import { type RawBuilder, sql } from 'kysely'
import type { EventLog } from '../../../application/log/event-log.port.ts'
import type { Actor } from '../../../application/log/event-record.ts'
import type { AccountEvent, OnceEvent } from '../../../application/log/service-events.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import type { SqlWords } from '../database/sql-words.ts'
import { putMails } from '../mail/put-mails.ts'
import type { LogGroup } from './rows/log-group.ts'
import type { LogWriter } from './rows/log-writer.ts'

/** Events that belong to no sale, appended to the log. */
export function makeSqlEventLog({ words }: Pick<Database, 'words'>, writer: LogWriter): EventLog {
  return {
    record(event, actor, mails = []) {
      const write = async (group: LogGroup) => {
        const position = group.appendOwn([event], actor)
        await putMails(group.tx, mails)
        return position
      }
      return withAppErrors(`record ${event.type}`, () => writer.write({ hasOwn: true, write }))
    },

    recordOnce(event, actor, mails = []) {
      const write = async (group: LogGroup) => {
        // The same event may be in this group.
        await group.writeRows()
        const { rows } = await sameEvent(words, event, actor).execute(group.tx)
        if (rows.length > 0) return false
        group.appendOwn([event], actor)
        await putMails(group.tx, mails)
        return true
      }
      return withAppErrors(`record ${event.type}`, () => writer.write({ hasOwn: true, write }))
    },
  }
}

/**
 * Finds the event that counts as the same one. Each condition stands as in its index of migrations
 * 006, 007 and 009: for any other words the planner reads the whole log.
 */
function sameEvent(
  words: SqlWords,
  event: OnceEvent | AccountEvent,
  actor: Actor,
): RawBuilder<unknown> {
  if (event.type === 'CrmAccountShut' || event.type === 'CrmAccountReopened') {
    return sql`
      select 1 from (
        select type as newest from event where type in ('CrmAccountShut', 'CrmAccountReopened')
        order by position desc limit 1
      ) as account where newest = ${event.type}
    `
  }
  if (event.type === 'SaleUnreadable') {
    return sql`
      select 1 from event where type = 'SaleUnreadable'
      and ${words.member(['data', 'saleId'])} = ${event.data.saleId} limit 1
    `
  }
  const keyId = 'keyId' in actor ? actor.keyId : null
  return sql`
    select 1 from event where type = 'AuditorLooked'
    and ${words.member(['actor', 'keyId'])} = ${keyId}
    and ${words.member(['data', 'day'])} = ${event.data.day} limit 1
  `
}

import { sql } from 'kysely'
import type { AccountLog } from '../../../application/crm/account-log.port.ts'
import type { AccountEvent } from '../../../application/log/service-events.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import { decodeRecord } from '../log/rows/event-codec.ts'

/** Reads the newest event of the CRM account from the log. */
export function makeSqlAccountLog({ kysely }: Database): AccountLog {
  return {
    last() {
      return withAppErrors('last account event', async () => {
        const row = await kysely
          .selectFrom('event')
          .select(['position', 'body'])
          // The condition has the words of the index of migration 006: with parameters the planner reads the
          // whole log.
          .where(sql<boolean>`type in ('CrmAccountShut', 'CrmAccountReopened')`)
          .orderBy('position', 'desc')
          .limit(1)
          .executeTakeFirst()
        if (row === undefined) return undefined
        const { type, at, data } = decodeRecord(row)
        // The query asked for these two types, and only this code writes their data.
        return { type, at: Date.parse(at) as EpochMs, data } as AccountEvent
      })
    },
  }
}

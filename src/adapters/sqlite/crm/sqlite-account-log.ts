// Reads the newest event of the CRM account from the log.

import type { AccountLog } from '../../../application/crm/account-log.port.ts'
import type { AccountEvent } from '../../../application/log/service-events.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/sqlite-errors.ts'
import { decodeRecord } from '../log/rows/event-codec.ts'

const TYPES = ['CrmAccountShut', 'CrmAccountReopened'] as const satisfies AccountEvent['type'][]

export function makeSqliteAccountLog({ kysely }: Database): AccountLog {
  return {
    last() {
      return withAppErrors('last account event', async () => {
        const row = await kysely
          .selectFrom('event')
          .select(['position', 'body'])
          .where('type', 'in', TYPES)
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

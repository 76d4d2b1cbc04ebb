import { sql } from 'kysely'
import { UnreadableError } from '../../../application/base/errors.ts'
import type { ResumeRequests } from '../../../application/sale/resume-requests.port.ts'
import { parseSaleId, type SaleId } from '../../../domain/ids.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import { decodeRecord } from '../log/rows/event-codec.ts'

/** Reads the requests of operators from the log. */
export function makeSqlResumeRequests({ kysely }: Database): ResumeRequests {
  return {
    after(position, limit) {
      return withAppErrors('requests to resume', async () => {
        const rows = await kysely
          .selectFrom('event')
          .select(['position', 'body'])
          // A literal: the planner uses a partial index only for a condition it can read.
          .where('type', '=', sql.lit('SaleResumeRequested'))
          .where('position', '>', position)
          .orderBy('position')
          .limit(limit)
          .execute()
        return rows.map((row) => ({ position: row.position, saleId: saleIdIn(row) }))
      })
    },

    position() {
      return withAppErrors('position of the log', async () => {
        const { last } = await kysely
          .selectFrom('event')
          .select((eb) => eb.fn.max('position').as('last'))
          .executeTakeFirstOrThrow()
        return last ?? 0
      })
    },
  }
}

function saleIdIn(row: Parameters<typeof decodeRecord>[0]): SaleId | undefined {
  try {
    return parseSaleId(String(decodeRecord(row).data['saleId']))
  } catch (error) {
    if (error instanceof UnreadableError) return
    throw error
  }
}

// The sales that are held, in a restored copy or after an accepted loss, until an operator asks for them.

import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { CopiedSales } from '../../../application/sale/copied-sales.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import type { Schema } from '../database/schema.ts'
import { makeSqlResumeRequests } from './sql-resume-requests.ts'

/** Requests read at once. */
const PAGE_MAX = 1_000

/** Which sales are held back, by the marks that `back-up.ts` puts into copies, and an accepted loss into what is left. */
export function makeSqlCopiedSales(database: Database): CopiedSales {
  const { kysely } = database
  const requests = makeSqlResumeRequests(database)

  return {
    held() {
      return withAppErrors('held sales', async () => {
        const mark = await newestMark(kysely)
        if (mark === undefined) return []
        const rows = await kysely
          .selectFrom('sale')
          .select('sale_id')
          .where('at_rest', '=', sql.lit(0))
          .where('first_position', '<=', mark)
          .orderBy('first_position')
          .execute()
        const released = await requestedAfter(mark)
        return rows.map((row) => row.sale_id).filter((saleId) => !released.has(saleId))
      })
    },

    isCopy() {
      return withAppErrors('is a copy', async () => (await newestMark(kysely)) !== undefined)
    },
  }

  /**
   * The sales that an operator asked for since the copy was made. Requests from before that are in
   * the copied log as well; they were made to the original, and release nothing here.
   */
  async function requestedAfter(mark: number): Promise<ReadonlySet<SaleId>> {
    const released = new Set<SaleId>()
    // The loop ends with the last request: each page begins after the end of the page before.
    for (let after = mark; ; ) {
      const page = await requests.after(after, PAGE_MAX)
      for (const { saleId } of page) if (saleId !== undefined) released.add(saleId)
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE_MAX) return released
      after = last.position
    }
  }
}

/**
 * The position up to which the log was copied, or was left after a loss; `undefined` where neither is so. A copy of a
 * copy has two marks, and the newest one counts: it covers all that is before the other.
 */
async function newestMark(db: Kysely<Schema>): Promise<number | undefined> {
  const { newest } = await db
    .selectFrom('copy_mark')
    .select((eb) => eb.fn.max('position').as('newest'))
    .executeTakeFirstOrThrow()
  return newest ?? undefined
}

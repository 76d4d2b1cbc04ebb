import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { CopiedSales } from '../../../application/sale/copied-sales.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { Database } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'
import { withAppErrors } from '../database/sqlite-errors.ts'
import { makeSqliteResumeRequests } from './sqlite-resume-requests.ts'

/** Requests read at one go. */
const PAGE_MAX = 1_000

export function makeSqliteCopiedSales(database: Database): CopiedSales {
  const { kysely } = database
  const requests = makeSqliteResumeRequests(database)

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
        const named = await namedAfter(mark)
        return rows.map((row) => row.sale_id).filter((saleId) => !named.has(saleId))
      })
    },

    isCopied(saleId) {
      return withAppErrors('is copied', async () => {
        const mark = await newestMark(kysely)
        if (mark === undefined) return false
        const sale = await kysely
          .selectFrom('sale')
          .select('first_position')
          .where('sale_id', '=', saleId)
          .executeTakeFirst()
        return sale !== undefined && sale.first_position <= mark
      })
    },
  }

  /** What was named before the copy was made was named to another database. */
  async function namedAfter(mark: number): Promise<ReadonlySet<SaleId>> {
    const named = new Set<SaleId>()
    // Bounded by the number of requests: each page begins after the last one's end.
    for (let after = mark; ; ) {
      const page = await requests.after(after, PAGE_MAX)
      for (const { saleId } of page) if (saleId !== undefined) named.add(saleId)
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE_MAX) return named
      after = last.position
    }
  }
}

/** A copy of a copy holds what either holds: the newest mark is above all that came before. */
async function newestMark(db: Kysely<Schema>): Promise<number | undefined> {
  const { newest } = await db
    .selectFrom('copy_mark')
    .select((eb) => eb.fn.max('position').as('newest'))
    .executeTakeFirstOrThrow()
  return newest ?? undefined
}

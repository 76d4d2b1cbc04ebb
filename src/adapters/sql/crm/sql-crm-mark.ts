import type { CrmMark } from '../../../application/crm/crm-mark.port.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import { withRepeats } from '../database/repeats.ts'

const THE_ONE = 1

/** The mark is a row of its own, which a copy of the database takes along. */
export function makeSqlCrmMark({ kysely, words }: Database): CrmMark {
  return {
    read() {
      return withAppErrors('mark of the CRM', async () => {
        const row = await kysely.selectFrom('crm_mark').select('kind').executeTakeFirst()
        return row?.kind
      })
    },

    async write(kind, at) {
      const row = { id: THE_ONE, kind, marked_at: at }
      await withRepeats('mark the CRM', () =>
        kysely
          .insertInto('crm_mark')
          .values(row)
          .onConflict((c) => c.doNothing())
          .execute(),
      )
    },

    hasSales() {
      return withAppErrors('any sale', async () => {
        const row = await kysely.selectFrom('sale').select('sale_id').limit(1).executeTakeFirst()
        return row !== undefined
      })
    },

    hasSaleWith(client, keyId) {
      return withAppErrors('a sale of a key', async () => {
        const row = await kysely
          .selectFrom('sale')
          .innerJoin('event', 'event.position', 'sale.first_position')
          .select('sale.sale_id')
          .where('sale.client', '=', client)
          .where(words.member(['actor', 'keyId'], 'event'), '=', keyId)
          .limit(1)
          .executeTakeFirst()
        return row !== undefined
      })
    },
  }
}

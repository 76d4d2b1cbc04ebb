// The CRM's access token, sealed, in the one row of its table.

import { sql } from 'kysely'
import type { TokenStore } from '../../../application/crm/token-store.port.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import { withRepeats } from '../database/repeats.ts'

/** The id of the only row, which the migration made. */
const ROW = 1

/** Milliseconds by which a clock may have been wrong. */
const CLOCK_SLACK_MS = 5_000

export function makeSqlTokenStore(database: Database): TokenStore {
  const { kysely } = database
  const update = () => kysely.updateTable('token_shelf').where('id', '=', ROW)

  return {
    read(now) {
      return withAppErrors('read token', async () => {
        const { sealed, at } = await kysely
          .selectFrom('token_shelf')
          .select(['sealed', sql<EpochMs>`${database.now(now)}`.as('at')])
          .where('id', '=', ROW)
          .executeTakeFirstOrThrow()
        return { sealed: sealed ?? undefined, at }
      })
    },

    async write(sealed) {
      const bytes = Buffer.from(sealed)
      await withRepeats('write token', () => update().set({ sealed: bytes }).execute())
    },

    claim(now, until) {
      return withRepeats('claim token', async () => {
        const at = database.now(now)
        const ms = until - now
        const claimed = await update()
          // A claim that ends later than ours would was made by a clock that was ahead.
          .where(({ eb, or }) =>
            or([
              eb('claimed_until', '<=', at),
              eb('claimed_until', '>', sql<number>`${at} + ${ms + CLOCK_SLACK_MS}`),
            ]),
          )
          .set({ claimed_until: sql<number>`${at} + ${ms}` })
          .executeTakeFirst()
        return claimed.numUpdatedRows > 0n
      })
    },

    async release() {
      await withRepeats('release token', () => update().set({ claimed_until: 0 }).execute())
    },
  }
}

import { sql } from 'kysely'
import type { ActionLog } from '../../../application/access/action-log.port.ts'
import { GATEWAY } from '../../../application/log/event-record.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/sqlite-errors.ts'
import { appendEvents } from '../log/append-events.ts'

export function makeSqliteActionLog({ kysely }: Database): ActionLog {
  return {
    async recordLook(look, actor) {
      await withAppErrors('record look', () =>
        kysely.transaction().execute(async (tx) => {
          // Said as the index of migration 009 says it, or the planner reads the whole log.
          const { rows } = await sql`
            select 1 from event where type = 'AuditorLooked'
            and body ->> '$.actor.keyId' = ${actor.keyId} and body ->> '$.data.day' = ${look.data.day}
          `.execute(tx)
          if (rows.length === 0) await appendEvents(tx, null, [look], actor)
        }),
      )
    },

    async recordFailedSignIns(failed) {
      await withAppErrors('record failed sign-ins', () =>
        kysely.transaction().execute((tx) => appendEvents(tx, null, [failed], GATEWAY)),
      )
    },
  }
}

import { sql } from 'kysely'
import { GATEWAY } from '../../application/event-record.ts'
import type { ActionLog } from '../../application/ports/action-log.ts'
import { appendEvents } from './append-events.ts'
import type { Database } from './database.ts'
import { withAppErrors } from './sqlite-errors.ts'

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

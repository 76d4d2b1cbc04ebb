import { type Kysely, sql } from 'kysely'

/** Finds whether a key's visit of a day is in the log, and refuses a second one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create unique index event_auditor_look
    on event (body ->> '$.actor.keyId', body ->> '$.data.day') where type = 'AuditorLooked'
  `.execute(db)
}

import { type Kysely, sql } from 'kysely'

/** Finds whether a key's look of a day is in the log, and lets no second one in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create unique index event_auditor_look
    on event (body ->> '$.actor.keyId', body ->> '$.data.day') where type = 'AuditorLooked'
  `.execute(db)
}

import { type Kysely, sql } from 'kysely'

/** When a key was last used. It is in no event: it says nothing that a sale's own events do not. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table api_key add column last_used_at integer`.execute(db)
}

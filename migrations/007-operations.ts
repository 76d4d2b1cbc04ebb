import { type Kysely, sql } from 'kysely'

/** What operators do: copies of the database, and requests to try a rollback again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Rows are put in by `db backup`, into its copy only. A copy of a copy has both.
  await sql`
    create table copy_mark (
      -- Of the last event in the copy; 0 in an empty one.
      position integer not null,
      made_at integer not null
    ) strict
  `.execute(db)
  // A serving process looks for new requests every second.
  await sql`
    create index event_resume on event (position) where type = 'SaleResumeRequested'
  `.execute(db)
  await sql`
    create index event_unreadable on event (body ->> '$.data.saleId')
    where type = 'SaleUnreadable'
  `.execute(db)
}

import { type Kysely, sql } from 'kysely'

/** For operators: copies of the database, and requests to try a rollback again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // `db backup` adds a row, to the copy only. A copy of a copy has two.
  await sql`
    create table copy_mark (
      -- Of the last event in the copy; 0 in an empty one.
      position integer not null,
      made_at integer not null
    ) strict
  `.execute(db)
  // Finds new requests: a serving process asks every second.
  await sql`
    create index event_resume on event (position) where type = 'SaleResumeRequested'
  `.execute(db)
  // Finds whether an unreadable sale is recorded already.
  await sql`
    create index event_unreadable on event (body ->> '$.data.saleId')
    where type = 'SaleUnreadable'
  `.execute(db)
}

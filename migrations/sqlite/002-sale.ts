import { type Kysely, sql } from 'kysely'

/**
 * One row for each sale: the summary of its events. It can be made again from them at any time, so
 * no foreign key refers to it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sale (
      -- Where the sale begins in the log: the order of the list, and its cursor.
      first_position integer primary key,
      sale_id text not null unique,
      client text not null,
      -- How many events the sale has. Who appends says how many it had read.
      sequence integer not null,
      status text not null,
      contact_id text not null,
      deal_id text,
      quote_id text,
      sales_order_id text,
      -- Milliseconds since the Unix epoch, UTC, as are all times outside of event.body.
      requested_at integer not null,
      ended_at integer,
      failed_step text,
      failure_message text,
      -- 0 while the service still has something to do for it.
      at_rest integer not null check (at_rest in (0, 1)),
      check ((failed_step is null) = (failure_message is null))
    ) strict
  `.execute(db)
  // The sales that a start takes up: a few rows, however many sales there are.
  await sql`create index sale_unfinished on sale (first_position) where at_rest = 0`.execute(db)
  // The filters of the list. Each index ends in first_position, so it is read in the list's order.
  await sql`create index sale_client on sale (client)`.execute(db)
  await sql`create index sale_status on sale (status)`.execute(db)
  await sql`create index sale_contact on sale (contact_id)`.execute(db)
}

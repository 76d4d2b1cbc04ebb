import { type Kysely, sql } from 'kysely'

/**
 * What all instances that serve one database share of the limits: places of the calls in flight, and the
 * rates of the keys. A process that serves a file has it alone, and writes nothing of this.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // One row, which each question for places locks, and counts: so they have an order.
  await sql`
    create table place_turn (
      id integer primary key check (id = 1),
      turn integer not null
    ) strict
  `.execute(db)
  await sql`insert into place_turn (id, turn) values (1, 0)`.execute(db)
  // Times are by the clock of the database.
  await sql`
    create table place_lot (
      -- A process, by a name that none has twice.
      holder text not null primary key,
      places integer not null,
      -- The turn since which it waits for more; null where it does not wait.
      waits_since integer,
      asked_at integer not null,
      -- From then on the places are free again: the calls of a process that is gone have ended, too.
      free_at integer not null
    ) strict
  `.execute(db)
  // What each key may still ask, where keys have a rate. One row for each key that ever asked.
  await sql`
    create table key_bucket (
      key_id text not null primary key,
      -- Thousandths of requests that were left at the time beside it.
      parts integer not null,
      filled_at integer not null,
      -- Requests that the last draw took.
      drawn integer not null
    ) strict
  `.execute(db)
}

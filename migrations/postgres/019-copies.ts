import { type Kysely, sql } from 'kysely'

/** As the migration of SQLite with this number, whose comments say what a column holds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table unfinished_copy (
      id smallint primary key check (id = 1),
      source text collate "C" not null,
      begun_at bigint not null
    )
  `.execute(db)
  await sql`
    create function event_after_move() returns trigger
    language plpgsql set enable_seqscan = off as $$
    begin
      if exists (
        select from added where type not in ('LogMoved', 'LogArrived') and (
          select before.type from event as before where before.position = added.position - 1
        ) = 'LogMoved'
      ) then
        raise integrity_constraint_violation using message = 'event: the log was moved';
      end if;
      return null;
    end $$
  `.execute(db)
  await sql`
    create trigger event_after_move after insert on event
    referencing new table as added
    for each statement execute function event_after_move()
  `.execute(db)
}

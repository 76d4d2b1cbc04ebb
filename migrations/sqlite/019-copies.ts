import { type Kysely, sql } from 'kysely'

/** For moving the log to another database: `db copy`. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table unfinished_copy (
      -- There is a row from before the first event is copied into this database until all was compared.
      id integer primary key check (id = 1),
      -- The database that is copied, for people.
      source text not null,
      begun_at integer not null
    ) strict
  `.execute(db)
  // Nothing is added to a log that goes on elsewhere: neither by a process that opened it before it was
  // moved, nor by one of an older version.
  await sql`
    create trigger event_after_move before insert on event
    when new.type not in ('LogMoved', 'LogArrived')
      and (select type from event where position = new.position - 1) = 'LogMoved'
    begin select raise(abort, 'event: the log was moved'); end
  `.execute(db)
}

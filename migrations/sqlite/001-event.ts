import { type Kysely, sql } from 'kysely'

/** The event log. Its triggers stop mistakes of this code, not a person who can write to the file. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table event (
      -- Contiguous over the whole log, from 1.
      position integer primary key,
      -- Null, as is sequence, in an event that belongs to no sale.
      sale_id text,
      -- Contiguous over the sale, from 1.
      sequence integer,
      type text not null,
      -- The event exactly as it is published, in the canonical JSON of RFC 8785. The columns
      -- before it are for finding it; the last check keeps them from saying something else.
      body text not null,
      unique (sale_id, sequence),
      check ((sale_id is null) = (sequence is null)),
      check (
        body ->> '$.position' is position and body ->> '$.saleId' is sale_id
        and body ->> '$.sequence' is sequence and body ->> '$.type' is type
      )
    ) strict
  `.execute(db)
  await sql`
    create trigger event_no_update before update on event
    begin select raise(abort, 'event: append only'); end
  `.execute(db)
  await sql`
    create trigger event_no_delete before delete on event
    begin select raise(abort, 'event: append only'); end
  `.execute(db)
  // This trigger also stops INSERT OR REPLACE. On a connection with recursive_triggers off, that
  // deletes the old row without firing the delete trigger.
  await sql`
    create trigger event_next before insert on event
    when new.position is not (select coalesce(max(position), 0) + 1 from event)
      or (new.sale_id is not null and new.sequence is not (
        select coalesce(max(sequence), 0) + 1 from event where sale_id = new.sale_id
      ))
    begin select raise(abort, 'event: not the next position and sequence'); end
  `.execute(db)
}

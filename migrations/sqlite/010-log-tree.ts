import { type Kysely, sql } from 'kysely'

/**
 * The Merkle tree over the log (RFC 6962), and the signed checkpoints of it. The nodes of existing
 * events are added when the database is opened, page by page.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tree_node (
      -- From 0, in the order in which the nodes became complete, each right after the two below
      -- it: that of the event at position p with p - 1 in binary of k ones is 2 (p - 1) - k.
      place integer primary key,
      -- Of a complete subtree, which never changes.
      hash blob not null check (length(hash) = 32)
    ) strict
  `.execute(db)
  await sql`
    create table checkpoint (
      -- Goes up by 1; where a person accepted a loss of the log, by more.
      number integer primary key,
      -- How many events it is about. With the time, for finding it: the note says the same.
      size integer not null,
      at integer not null,
      -- The signed text.
      note text not null
    ) strict
  `.execute(db)
  for (const table of ['tree_node', 'checkpoint']) {
    await sql`
      create trigger ${sql.ref(`${table}_no_update`)} before update on ${sql.ref(table)}
      begin select raise(abort, ${sql.lit(`${table}: append only`)}); end
    `.execute(db)
    await sql`
      create trigger ${sql.ref(`${table}_no_delete`)} before delete on ${sql.ref(table)}
      begin select raise(abort, ${sql.lit(`${table}: append only`)}); end
    `.execute(db)
  }
  // These triggers also stop INSERT OR REPLACE, as event_next does.
  await sql`
    create trigger tree_node_next before insert on tree_node
    when new.place is not (select coalesce(max(place) + 1, 0) from tree_node)
    begin select raise(abort, 'tree_node: not the next'); end
  `.execute(db)
  await sql`
    create trigger checkpoint_next before insert on checkpoint
    when new.number is null or new.number <= (select coalesce(max(number), 0) from checkpoint)
    begin select raise(abort, 'checkpoint: not the next'); end
  `.execute(db)
  // Finds the last accepted loss without reading the log: every start asks for it.
  await sql`
    create index event_loss on event (position) where type = 'LogLossAccepted'
  `.execute(db)
}

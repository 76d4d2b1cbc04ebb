import { type Kysely, sql } from 'kysely'

/**
 * The Merkle tree over the log (RFC 6962), and the signed statements about it. The nodes of events
 * that are there already are added when the database is opened, in pages.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tree_node (
      -- Complete subtrees only, which never change. Level 0 are the leaves: that of the event at
      -- position p has the index p - 1.
      level integer not null,
      idx integer not null,
      hash blob not null check (length(hash) = 32),
      primary key (level, idx)
    ) strict, without rowid
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
  // These also stop INSERT OR REPLACE, as event_next does.
  await sql`
    create trigger tree_node_next before insert on tree_node
    when new.idx is not (
      select coalesce(max(idx) + 1, 0) from tree_node where level = new.level
    )
    begin select raise(abort, 'tree_node: not the next'); end
  `.execute(db)
  await sql`
    create trigger checkpoint_next before insert on checkpoint
    when new.number is null or new.number <= (select coalesce(max(number), 0) from checkpoint)
    begin select raise(abort, 'checkpoint: not the next'); end
  `.execute(db)
  // Finds the last accepted loss at every start, without reading the log.
  await sql`
    create index event_loss on event (position) where type = 'LogLossAccepted'
  `.execute(db)
}

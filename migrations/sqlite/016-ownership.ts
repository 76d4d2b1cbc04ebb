import { type Kysely, sql } from 'kysely'

/**
 * Which instance runs which sale, where several serve one database. A process that serves a file has it
 * alone, and writes nothing of this.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table instance (
      -- Fences: it is never used twice, so whoever was taken for dead writes under it no more.
      number integer primary key autoincrement,
      -- For people.
      name text not null,
      -- By the clock of the database. After it another instance may remove the row.
      lease_until integer not null,
      -- 0 for one that is stopping: it keeps its sales, and is left out where those of others are shared out.
      takes integer not null default 1
    ) strict
  `.execute(db)
  // The instance that runs the sale; null for nobody. One that is not in the table is gone.
  await sql`alter table sale add column owner integer`.execute(db)
}

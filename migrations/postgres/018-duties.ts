import { type Kysely, sql } from 'kysely'

/** As the migration of SQLite with this number, whose comments say what a column holds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table outbox add column claimed_by bigint`.execute(db)
  await sql`
    create table duty (
      name text collate "C" primary key,
      holder bigint not null
    )
  `.execute(db)
}

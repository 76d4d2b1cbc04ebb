import { type Kysely, sql } from 'kysely'

/** As the migration of SQLite with this number, whose comments say what a column holds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table place_turn (
      id smallint primary key check (id = 1),
      turn bigint not null
    )
  `.execute(db)
  await sql`insert into place_turn (id, turn) values (1, 0)`.execute(db)
  await sql`
    create table place_lot (
      holder text collate "C" primary key,
      places integer not null,
      waits_since bigint,
      asked_at bigint not null,
      free_at bigint not null
    )
  `.execute(db)
  await sql`
    create table key_bucket (
      key_id text collate "C" primary key,
      parts bigint not null,
      filled_at bigint not null,
      drawn integer not null
    )
  `.execute(db)
}

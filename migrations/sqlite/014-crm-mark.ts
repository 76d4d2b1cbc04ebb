import { type Kysely, sql } from 'kysely'

/** For which CRM the log is: sales that were begun in one must not be taken up in another. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table crm_mark (
      id integer primary key check (id = 1),
      -- The kind of the CRM, as the setting has it.
      kind text not null,
      marked_at integer not null
    ) strict
  `.execute(db)
}

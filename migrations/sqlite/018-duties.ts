import { type Kysely, sql } from 'kysely'

/**
 * Who does what is to be done once, where several instances serve one database. A process that serves a
 * file has it alone, and writes nothing of this. An instance that is not in the table `instance` is gone, and
 * what it had is free.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The instance that sends the mail; null for nobody.
  await sql`alter table outbox add column claimed_by integer`.execute(db)
  await sql`
    create table duty (
      name text primary key,
      -- The instance that has the duty.
      holder integer not null
    ) strict
  `.execute(db)
}

import { type Kysely, sql } from 'kysely'

/** What outlives a process about the CRM account: the access token, and the account's last event. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table token_shelf (
      -- There is one access token for all processes.
      id integer primary key check (id = 1),
      -- Sealed by the adapter that uses it: the database gives no token away.
      sealed blob,
      -- Until then one process has the right to renew it.
      claimed_until integer not null
    ) strict
  `.execute(db)
  await sql`insert into token_shelf (id, claimed_until) values (1, 0)`.execute(db)
  // Finds the last event of the account without reading the log.
  await sql`
    create index event_account on event (position)
    where type in ('CrmAccountShut', 'CrmAccountReopened')
  `.execute(db)
}

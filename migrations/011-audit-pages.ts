import { type Kysely, sql } from 'kysely'

/**
 * What the auditor's pages read. The filters of the list may meet in any combination, so each of
 * its indexes holds all of them: a combination that fits no sale is found out without the table.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const name of ['sale_client', 'sale_status', 'sale_contact']) {
    await sql`drop index ${sql.id(name)}`.execute(db)
  }
  await sql`
    create index sale_client on sale
      (client, first_position, requested_at, status, contact_id, failed_step)
  `.execute(db)
  await sql`
    create index sale_status on sale
      (status, first_position, requested_at, client, contact_id, failed_step)
  `.execute(db)
  await sql`
    create index sale_contact on sale
      (contact_id, first_position, requested_at, client, status, failed_step)
  `.execute(db)
  await sql`
    create index sale_failed_step on sale
      (failed_step, first_position, requested_at, client, status, contact_id)
    where failed_step is not null
  `.execute(db)
  // What was told about one sale.
  await sql`create index outbox_sale on outbox (sale_id) where sale_id is not null`.execute(db)
}

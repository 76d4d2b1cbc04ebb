import { type Kysely, sql } from 'kysely'

/**
 * The indexes of the auditor's pages. Any filters of the list may be combined, so each index holds all
 * of their columns: that a combination fits no sale is found without reading the table.
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
  // Finds the mails about a sale.
  await sql`create index outbox_sale on outbox (sale_id) where sale_id is not null`.execute(db)
}

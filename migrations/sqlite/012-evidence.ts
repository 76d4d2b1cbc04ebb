import { type Kysely, sql } from 'kysely'

/** Finds the events of no sale that name a sale, without reading the whole log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index event_about_sale on event (position)
    where sale_id is null
    and type in ('MailSent', 'SaleResumeRequested', 'SaleUnreadable', 'AuditExported')
  `.execute(db)
}

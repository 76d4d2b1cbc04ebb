// The conditions of a query over the rows of sales.

import { type RawBuilder, sql } from 'kysely'
import type { SaleFilter } from '../../../application/desk/sale-totals.port.ts'

/** What a row has to fulfil, to be put after another condition. */
export function conditionsOf(filter: SaleFilter): RawBuilder<unknown> {
  const { status, client, contactId, failedStep, from, to } = filter
  const conditions = [
    status === undefined ? sql`` : sql`and status = ${status}`,
    client === undefined ? sql`` : sql`and client = ${client}`,
    contactId === undefined ? sql`` : sql`and contact_id = ${contactId}`,
    failedStep === undefined ? sql`` : sql`and failed_step = ${failedStep}`,
    from === undefined ? sql`` : sql`and requested_at >= ${from}`,
    to === undefined ? sql`` : sql`and requested_at < ${to}`,
  ]
  return sql.join(conditions, sql` `)
}

// The row of a sale: its summary as columns, and back.

import type { Selectable } from 'kysely'
import type { ListedSale } from '../../../application/log/sale-reader.port.ts'
import type { SaleSummary } from '../../../application/log/sale-summary.ts'
import type { SaleTable } from '../database/schema.ts'

/** The columns of a sale that change with every append. */
export function toColumns(summary: SaleSummary) {
  return {
    status: summary.status,
    contact_id: summary.contactId,
    deal_id: summary.dealId,
    quote_id: summary.quoteId,
    sales_order_id: summary.salesOrderId,
    requested_at: summary.requestedAt,
    ended_at: summary.endedAt,
    failed_step: summary.failure === null ? null : summary.failure.step,
    failure_message: summary.failure === null ? null : summary.failure.message,
    at_rest: summary.atRest ? 1 : 0,
  } as const
}

/** The sale that a row holds. */
export function toSummary(row: Selectable<SaleTable>): ListedSale {
  const { failed_step: step, failure_message: message } = row
  return {
    saleId: row.sale_id,
    client: row.client,
    status: row.status,
    contactId: row.contact_id,
    dealId: row.deal_id,
    quoteId: row.quote_id,
    salesOrderId: row.sales_order_id,
    requestedAt: row.requested_at,
    endedAt: row.ended_at,
    failure: step === null || message === null ? null : { step, message },
    atRest: row.at_rest === 1,
  }
}

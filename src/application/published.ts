import type { EventRecord } from './event-record.ts'
import type { SaleSummary } from './sale-summary.ts'

/** A sale in the order of members that is published. Times as ISO 8601 in UTC. */
export function publishedSummary(sale: SaleSummary) {
  return {
    saleId: sale.saleId,
    status: sale.status,
    contactId: sale.contactId,
    dealId: sale.dealId,
    quoteId: sale.quoteId,
    salesOrderId: sale.salesOrderId,
    requestedAt: new Date(sale.requestedAt).toISOString(),
    endedAt: sale.endedAt === null ? null : new Date(sale.endedAt).toISOString(),
    failure: sale.failure,
  }
}

/** An event in the order of members that is published, whatever the order it is stored in. */
export function publishedEvent(event: EventRecord): EventRecord {
  const { position, saleId, sequence, type, version, at, data, actor, prev } = event
  const chained = prev === undefined ? {} : { prev }
  return { position, saleId, sequence, type, version, at, data, actor, ...chained }
}

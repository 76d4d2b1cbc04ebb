// The JSON of sales and events as the API and the command line publish it.

import type { CrmCall } from './crm-call.ts'
import type { EventRecord, UnreadableRecord } from './event-record.ts'
import type { SaleHistory } from './sale-reader.port.ts'
import type { SaleSummary } from './sale-summary.ts'

/** A sale with its members in the published order; times are ISO 8601 in UTC. */
export function publicSaleJson(sale: SaleSummary) {
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

/** A sale with all of its events, as `GET /sales/{saleId}` returns it. */
export function publicHistoryJson(sale: SaleHistory) {
  return { ...publicSaleJson(sale), events: sale.events.map(publicEventJson) }
}

/** An event with its members in the published order, whatever order they are stored in. */
export function publicEventJson(event: EventRecord): EventRecord {
  const { position, saleId, sequence, type, version, at, data, actor } = event
  const { calls, earlierCalls, prev } = event
  return {
    ...{ position, saleId, sequence, type, version, at, data, actor },
    ...(calls === undefined ? {} : { calls: calls.map(publicCallJson) }),
    ...(earlierCalls === undefined ? {} : { earlierCalls }),
    ...(prev === undefined ? {} : { prev }),
  }
}

function publicCallJson(call: CrmCall): CrmCall {
  const { module, at, ms, outcome, answer } = call
  const end = { at, ms, outcome, answer }
  return call.operation === 'create'
    ? { operation: call.operation, module, reference: call.reference, ...end }
    : { operation: call.operation, module, id: call.id, ...end }
}

/** A line of the log. An event that cannot be read keeps its place, marked `unreadable`. */
export function publicLineJson(line: EventRecord | UnreadableRecord) {
  if (!('unreadable' in line)) return publicEventJson(line)
  const { position, saleId, sequence, type, unreadable } = line
  return { position, saleId, sequence, type, unreadable }
}

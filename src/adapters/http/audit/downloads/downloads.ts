// Writes the CSV files that an auditor downloads.

import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type CsvCell, csvLine } from '../../../../application/evidence/csv.ts'
import { EVENTS_CSV_HEAD, eventCsvLine } from '../../../../application/evidence/events-csv.ts'
import type {
  ListedSale,
  SaleHistory,
  SaleQuery,
  SaleReader,
} from '../../../../application/log/sale-reader.port.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import { BYTE_ORDER_MARK } from './sheet.ts'

/** Sales read at once, so that a long list takes no more memory than a short one. */
const PAGE_SALES = 200

export type SalesQuery = Omit<SaleQuery, 'limit'>

/** Some sales, and the amounts of those that were priced. */
type SalesRead = {
  readonly sales: readonly ListedSale[]
  readonly amounts: ReadonlyMap<SaleId, string>
}

/** The sales that fit, newest first, read while they are sent. */
export function salesCsv(saleReader: SaleReader, query: SalesQuery): Readable {
  return Readable.from(salesChunks(saleReader, query))
}

async function* salesChunks(saleReader: SaleReader, query: SalesQuery): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(SALE_COLUMNS)
  for await (const { sales, amounts } of salePages(saleReader, query)) {
    yield sales.map((sale) => csvLine(saleCells(sale, amounts.get(sale.saleId)))).join('')
  }
}

/** The sales that fit, newest first, page by page. */
export async function* salePages(
  saleReader: SaleReader,
  query: SalesQuery,
): AsyncGenerator<SalesRead> {
  // The loop is bounded by the number of sales: each page begins below the one before.
  for (let after: string | undefined; ; ) {
    const { sales, next } = await saleReader.list({ ...query, after, limit: PAGE_SALES })
    yield { sales, amounts: await saleReader.amountsOf(sales.map(({ saleId }) => saleId)) }
    if (next === null) return
    after = next
    // Other requests are served between two pages: the database answers within the turn.
    await nextTurn()
  }
}

const SALE_COLUMNS = [
  'sale_id',
  'status',
  'requested_at',
  'ended_at',
  'duration_ms',
  'client',
  'contact_id',
  'deal_id',
  'quote_id',
  'sales_order_id',
  'amount',
  'failed_step',
  'reason',
] as const

function saleCells(sale: ListedSale, amount: string | undefined): readonly CsvCell[] {
  const { requestedAt, endedAt, failure } = sale
  return [
    sale.saleId,
    sale.status,
    new Date(requestedAt).toISOString(),
    endedAt === null ? null : new Date(endedAt).toISOString(),
    endedAt === null ? null : endedAt - requestedAt,
    sale.client,
    sale.contactId,
    sale.dealId,
    sale.quoteId,
    sale.salesOrderId,
    amount ?? null,
    failure?.step ?? null,
    failure?.message ?? null,
  ]
}

/** The events of one sale. */
export function eventsCsv({ events }: SaleHistory): string {
  return EVENTS_CSV_HEAD + events.map(eventCsvLine).join('')
}

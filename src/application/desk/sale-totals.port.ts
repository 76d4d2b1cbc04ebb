import type { DecimalText } from '../../domain/money.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { PlacedSale, SaleQuery } from '../log/sale-reader.port.ts'
import type { PublicStatus } from '../log/sale-summary.ts'

/** Which sales to count. */
export type SaleFilter = Omit<SaleQuery, 'after' | 'limit'>

/** The sales of one status and one currency. */
export type SaleTotal = {
  readonly status: PublicStatus
  /** ISO 4217; `null` where the log has none, and for sales that were never priced. */
  readonly currency: string | null
  readonly sales: number
  /** How many of them are in `sum`: not those that were never priced, nor amounts of more than 15 digits. */
  readonly summed: number
  /** Exact; `0` where none is summed. */
  readonly sum: DecimalText
}

/** The totals of one client. */
export type ClientTotals = { readonly client: string; readonly totals: readonly SaleTotal[] }

/** Where a page of the list begins or ends: at the position of a sale, which is not on the page. */
export type PageAsked =
  | { readonly at: 'newest' | 'oldest' }
  | { readonly at: 'older' | 'newer'; readonly than: number }

export type PlacedPage = {
  /** Newest first. */
  readonly sales: readonly PlacedSale[]
  /** How many sales are newer than the first one. */
  readonly before: number
  /** Whether there are older ones. Where `before` is above 0, there are newer ones. */
  readonly hasOlder: boolean
}

/** Counts sales and adds them up, without reading their events. No method changes anything. */
export interface SaleTotals {
  /** The totals of the sales that fit, by status and currency, in the order of their names. */
  totals(filter: SaleFilter): Promise<readonly SaleTotal[]>

  /**
   * The same for each span between two neighbours of `bounds`, by the time of the request: the days of a
   * period, however long its zone makes each. 401 bounds at most, in rising order.
   */
  spans(filter: SaleFilter, bounds: readonly EpochMs[]): Promise<readonly (readonly SaleTotal[])[]>

  /** The totals of each client that has a sale that fits, those with the most sales first. */
  byClient(filter: SaleFilter): Promise<readonly ClientTotals[]>

  /** A page of the sales that fit, and its place among all of them. */
  page(filter: SaleFilter, asked: PageAsked, limit: number): Promise<PlacedPage>
}

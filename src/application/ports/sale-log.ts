import type { CrmId, SaleId } from '../../domain/ids.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { EventRecord, UnreadableRecord } from '../event-record.ts'
import type { PublicStatus, SaleSummary } from '../sale-summary.ts'

/** Which sales to list. `client` limits the answer to one client's own. */
export type SaleQuery = {
  readonly client?: string | undefined
  readonly status?: PublicStatus | undefined
  readonly contactId?: CrmId | undefined
  /** Inclusive. */
  readonly from?: EpochMs | undefined
  /** Exclusive. */
  readonly to?: EpochMs | undefined
  /** The `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

export type SalePage = { readonly sales: readonly SaleSummary[]; readonly next: string | null }

/** A sale and the position of its first event in the whole log. */
export type PlacedSale = SaleSummary & { readonly position: number }

export type SaleHistory = SaleSummary & { readonly events: readonly EventRecord[] }

/** The log as it is read by people and programs; nothing here changes it. */
export interface SaleLog {
  /** Newest first. An `after` that no page gave out lists from the newest. */
  list(query: SaleQuery): Promise<SalePage>

  /**
   * One sale with its events in order; `undefined` when unknown, or of another `client`.
   *
   * @throws {UnreadableError} when one of them is no event.
   */
  show(saleId: SaleId, client: string | undefined): Promise<SaleHistory | undefined>

  /**
   * Up to `limit` events of the whole log, oldest first, with a position above `after`. One that
   * cannot be read does not hide the others.
   */
  events(after: number, limit: number): Promise<readonly (EventRecord | UnreadableRecord)[]>

  /** Those of the sales that the log knows, in any order. 2,000 ids at most. */
  find(saleIds: readonly SaleId[]): Promise<readonly PlacedSale[]>

  /** Up to `limit` sales that began after position `after`, oldest first. */
  began(after: number, limit: number): Promise<readonly PlacedSale[]>
}

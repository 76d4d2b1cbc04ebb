import type { CrmId, SaleId } from '../../domain/ids.ts'
import type { DecimalText } from '../../domain/money.ts'
import type { FailedStep } from '../../domain/sale/steps.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { MailSubject } from '../mail/outbox.port.ts'
import type { EventRecord, UnreadableRecord } from './event-record.ts'
import type { PublicStatus, SaleSummary } from './sale-summary.ts'

/** Which sales to list. `client` limits the answer to one client's own. */
export type SaleQuery = {
  readonly client?: string | undefined
  readonly status?: PublicStatus | undefined
  readonly contactId?: CrmId | undefined
  readonly failedStep?: FailedStep | undefined
  /** Inclusive. */
  readonly from?: EpochMs | undefined
  /** Exclusive. */
  readonly to?: EpochMs | undefined
  /** The `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

/** A sale and the client that asked for it. */
export type ListedSale = SaleSummary & { readonly client: string }

export type SalePage = { readonly sales: readonly ListedSale[]; readonly next: string | null }

/** A sale and the position of its first event in the whole log. */
export type PlacedSale = ListedSale & { readonly position: number }

export type SaleHistory = ListedSale & { readonly events: readonly EventRecord[] }

/** A mail that names a sale. */
export type SaleMail = {
  readonly messageId: string
  readonly about: MailSubject
  readonly createdAt: EpochMs
  /** Attempts that failed. */
  readonly attempts: number
  /** When the mail server took it; `null` while it waits. */
  readonly sentAt: EpochMs | null
}

/** The log as it is read by people and programs; nothing here changes it. */
export interface SaleReader {
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

  /** The mails that name this sale, oldest first. */
  mailsOf(saleId: SaleId): Promise<readonly SaleMail[]>

  /** What each of these sales came to; one that was never priced is not in it. 500 ids at most. */
  amountsOf(saleIds: readonly SaleId[]): Promise<ReadonlyMap<SaleId, DecimalText>>

  /** Up to `limit` clients that ever asked for a sale, by name. */
  clients(limit: number): Promise<readonly string[]>

  /** Up to `limit` sales that began after position `after`, oldest first. */
  began(after: number, limit: number): Promise<readonly PlacedSale[]>
}

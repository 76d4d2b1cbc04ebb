// The reading of sales: queries, their answers, and the port that answers them.

import type { CrmId, SaleId } from '../../domain/ids.ts'
import type { CreateStep, FailedStep } from '../../domain/sale/steps.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { HandedOver, MailSubject } from '../mail/outbox.port.ts'
import type { EventRecord, UnreadableRecord } from './event-record.ts'
import type { PublicStatus, SaleSummary } from './sale-summary.ts'

/** Which sales to list. With `client`, only the sales of that client. */
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

/** A sale and the client that requested it. */
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
  /** Failed attempts so far. */
  readonly attempts: number
  /** When it was handed over; `null` while it waits. */
  readonly sentAt: EpochMs | null
  /** To whom; `null` while it waits, and where the log does not say. */
  readonly handedOver: HandedOver | null
}

/** The statuses of a sale that is not at rest; a completed one may wait for its second look. */
export const OPEN_STATUSES = [
  'in_progress',
  'completed',
  'rolling_back',
  'stuck',
] as const satisfies readonly PublicStatus[]
export type OpenStatus = (typeof OPEN_STATUSES)[number]

/** The sales that are not at rest. */
export type OpenSales = {
  readonly counts: Readonly<Record<OpenStatus, number>>
  /** When the oldest of them was requested; `undefined` for none. */
  readonly oldestAt: EpochMs | undefined
}

/** Reads sales, their events and their mails for people and programs. No method changes anything. */
export interface SaleReader {
  /** A page of sales, newest first. An `after` that is no page's `next` lists from the newest. */
  list(query: SaleQuery): Promise<SalePage>

  /**
   * One sale with its events in order; `undefined` for an unknown sale, or that of another `client`.
   *
   * @throws {UnreadableError} when one of its events cannot be read.
   */
  show(saleId: SaleId, client: string | undefined): Promise<SaleHistory | undefined>

  /**
   * Up to `limit` events of the whole log, oldest first, with a position above `after`. An event
   * that cannot be read does not hide the others.
   */
  events(after: number, limit: number): Promise<readonly (EventRecord | UnreadableRecord)[]>

  /** The sales with these ids, in any order, without the unknown ones. 2,000 ids at most. */
  find(saleIds: readonly SaleId[]): Promise<readonly PlacedSale[]>

  /** Up to `limit` sales whose id ends with this text, newest first. Reads all ids. */
  endingWith(text: string, limit: number): Promise<readonly PlacedSale[]>

  /**
   * The sales that are not rolled back and have one of these as their own record of this step.
   * 2,000 ids at most. Reads all sales.
   */
  owners(step: CreateStep, ids: readonly CrmId[]): Promise<readonly PlacedSale[]>

  /** The mails that name this sale, oldest first. */
  mailsOf(saleId: SaleId): Promise<readonly SaleMail[]>

  /**
   * The amount of each of these sales, as people read it: with its currency where the log has one. A
   * sale that was never priced has none. 500 ids at most.
   */
  amountsOf(saleIds: readonly SaleId[]): Promise<ReadonlyMap<SaleId, string>>

  /** Up to `limit` names of clients that ever requested a sale, in order. */
  clients(limit: number): Promise<readonly string[]>

  /** Counts the sales that are not at rest, of `limit` at most: the oldest. Reads none of the others. */
  open(limit: number): Promise<OpenSales>

  /** Up to `limit` sales whose first event has a position above `after`, oldest first. */
  began(after: number, limit: number): Promise<readonly PlacedSale[]>
}

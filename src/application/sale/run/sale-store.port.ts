// The store of the sales: their events, and what is stored in one transaction with these.

import type { SaleId } from '../../../domain/ids.ts'
import type { SaleEvent } from '../../../domain/sale/events.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { UnreadableError } from '../../base/errors.ts'
import type { CallsMade } from '../../log/crm-call.ts'
import type { Actor } from '../../log/event-record.ts'
import type { SaleSummary } from '../../log/sale-summary.ts'
import type { NewMail } from '../../mail/outbox.port.ts'

/** How many events the sale had when it was read. The next event takes the number after it. */
export type Sequence = number

export type Append = {
  readonly saleId: SaleId
  readonly after: Sequence
  readonly events: readonly SaleEvent[]
  readonly actor: Actor
  /** The calls that led to these events. They are recorded with the first event. */
  readonly callsMade?: CallsMade
  /** The summary of the sale after these events. */
  readonly summary: SaleSummary
  /** The mails about these events. */
  readonly mails: readonly NewMail[]
  /** Whether it comes from an instance that the sale was taken from: the only one that another may append. */
  readonly ofFormerOwner?: boolean
}

/** An `Idempotency-Key` of one client, and the request it stands for. Only digests are stored. */
export type Claim = {
  readonly client: string
  readonly key: string
  /** The validated request as one text. The same text is the same request. */
  readonly request: string
}

export type Claimed = { readonly saleId: SaleId; readonly sameRequest: boolean }

/** A sale of the log, as a new process takes it up. */
export type LoadedSale = {
  readonly saleId: SaleId
  /** Of the request that began the sale; `undefined` where its event has none. */
  readonly requestId: string | undefined
  /** Oldest first. */
  readonly events: readonly SaleEvent[]
  /** Whose request began the sale. */
  readonly client: string
  /** Whether it began before this copy of the log was made; never in a database that is no copy. */
  readonly isCopied: boolean
}

export type UnreadableSale = { readonly saleId: SaleId; readonly error: UnreadableError }

export type LoadedSales = {
  readonly loaded: readonly LoadedSale[]
  readonly unreadable: readonly UnreadableSale[]
}

/** Records the events of sales, with what changes in the same transaction. */
export interface SaleStore {
  /**
   * Stores the first event of a sale, which this instance owns then, and the claim on its key, both or neither.
   * Where an unexpired claim holds the key, nothing is stored and that claim is returned.
   *
   * @throws {AppError} `unavailable` when nothing was stored; `conflict` when nothing was, because other instances
   *   took this one for dead; `lost` when nobody knows.
   */
  begin(
    first: Append & { readonly client: string },
    claim: Claim | undefined,
    now: EpochMs,
  ): Promise<Claimed | undefined>

  /** The claim that holds the key at `now`; `undefined` for a free key. */
  findClaim(claim: Claim, now: EpochMs): Promise<Claimed | undefined>

  /**
   * Stores the events, the summary and the mails, all or nothing. When it returns, they survive a
   * power cut.
   *
   * @throws {AppError} `conflict` when the sale is no longer at `after`, or another instance has it now;
   *   `unavailable` when the database is busy or full and nothing was stored; `lost` when nobody knows.
   */
  append(append: Append): Promise<void>

  /**
   * A sale's events, oldest first; none for an unknown id.
   *
   * @throws {UnreadableError} when an event is missing, or is not one that this version writes.
   */
  load(saleId: SaleId): Promise<readonly SaleEvent[]>

  /** Reads those sales of a page that the log knows. One that cannot be read holds up no other. */
  loadMany(saleIds: readonly SaleId[]): Promise<LoadedSales>

  /** Up to `limit` sales with work left, oldest first, that began after `after`. */
  unfinished(after: SaleId | undefined, limit: number): Promise<readonly SaleId[]>
}

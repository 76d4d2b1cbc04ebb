import type { SaleId } from '../../domain/ids.ts'
import type { SaleEvent } from '../../domain/sale/events.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { CallsMade } from '../log/crm-call.ts'
import type { Actor } from '../log/event-record.ts'
import type { SaleSummary } from '../log/sale-summary.ts'
import type { NewMail } from '../mail/outbox.port.ts'

/** How many events the sale had when it was read; the next event takes the number after it. */
export type Sequence = number

export type Append = {
  readonly saleId: SaleId
  readonly after: Sequence
  readonly events: readonly SaleEvent[]
  readonly actor: Actor
  /** The calls that led to these events; the first of them tells of them. */
  readonly callsMade?: CallsMade
  /** The sale as the list shows it once these events are stored. */
  readonly summary: SaleSummary
  /** What these events oblige us to tell. */
  readonly mails: readonly NewMail[]
}

/** An `Idempotency-Key` of one client, with the request it stands for. Only digests are kept. */
export type Claim = {
  readonly client: string
  readonly key: string
  /** The validated request as one text: the same text is the same request. */
  readonly request: string
}

export type Claimed = { readonly saleId: SaleId; readonly sameRequest: boolean }

/** The event log of the sales, and what changes in one transaction with it. */
export interface SaleStore {
  /**
   * Stores the first event of a sale and the claim on its key, both or neither. Where the key
   * is taken by an unexpired claim nothing is stored, and that claim is the answer.
   *
   * @throws {AppError} `unavailable` when nothing was stored; `lost` when nobody knows.
   */
  begin(
    first: Append & { readonly client: string },
    claim: Claim | undefined,
    now: EpochMs,
  ): Promise<Claimed | undefined>

  /** The sale that holds the key at `now`. */
  findClaim(claim: Claim, now: EpochMs): Promise<Claimed | undefined>

  /**
   * Stores events, the summary and the mails, all or nothing. When it returns they survive a
   * power cut.
   *
   * @throws {AppError} `conflict` when the sale is no longer at `after`; `unavailable` when the
   *   database is busy or full and nothing was stored; `lost` when nobody knows.
   */
  append(append: Append): Promise<void>

  /**
   * A sale's events, oldest first; none for an unknown id.
   *
   * @throws {UnreadableError} when one of them is not what this version writes, or is missing.
   */
  load(saleId: SaleId): Promise<readonly SaleEvent[]>

  /** Up to `limit` sales with work left, oldest first, that began after `after`. */
  unfinished(after: SaleId | undefined, limit: number): Promise<readonly SaleId[]>
}

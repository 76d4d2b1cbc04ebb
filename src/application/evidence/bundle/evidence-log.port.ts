import type { SaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'

/** An event as it is stored; nothing in it is believed. */
export type StoredEvent = { readonly position: number; readonly body: Uint8Array }

export type StoredNote = { readonly number: number; readonly note: string }

/** The log as it is taken along: by the exact bytes that its tree is made of. */
export interface EvidenceLog {
  /** All events of a sale, oldest first; none for an unknown id. */
  ofSale(saleId: SaleId): Promise<readonly StoredEvent[]>

  /**
   * The events of no sale that name this one, oldest first: mails, which may name others, too,
   * and what people did about it.
   */
  naming(saleId: SaleId): Promise<readonly StoredEvent[]>

  /**
   * The first and the last position of events from `from`, inclusive, to `to`, exclusive;
   * `undefined` when there is none. Reads the whole log.
   */
  span(
    from: EpochMs,
    to: EpochMs,
  ): Promise<{ readonly first: number; readonly last: number } | undefined>

  /**
   * Up to `limit` checkpoints with a number above `after`, by their numbers, that are over
   * `size.min` to `size.max` events.
   */
  checkpoints(
    after: number,
    size: { readonly min: number; readonly max: number },
    limit: number,
  ): Promise<readonly StoredNote[]>
}

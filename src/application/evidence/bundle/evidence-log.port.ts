// The log as a bundle of evidence takes it.
import type { SaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'

/** An event as it is stored. Nothing in it is trusted. */
export type StoredEvent = { readonly position: number; readonly body: Uint8Array }

export type StoredNote = { readonly number: number; readonly note: string }

/** Reads the log for evidence: the exact bytes from which its tree is made. */
export interface EvidenceLog {
  /** All events of a sale, oldest first; none for an unknown id. */
  ofSale(saleId: SaleId): Promise<readonly StoredEvent[]>

  /**
   * The events of no sale that name this one, oldest first: mails, which may name other sales, too,
   * and what people did about the sale.
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
   * Up to `limit` checkpoints over `size.min` to `size.max` events, with numbers above `after`, in
   * the order of their numbers.
   */
  checkpoints(
    after: number,
    size: { readonly min: number; readonly max: number },
    limit: number,
  ): Promise<readonly StoredNote[]>
}

import type { CrmId, SaleId } from '../../domain/ids.ts'
import type { CreateStep } from '../../domain/sale/steps.ts'
import type { EpochMs } from '../../domain/time.ts'

/** An event that names a record of the CRM as one of a sale. */
export type NamingEvent = {
  readonly saleId: SaleId
  readonly step: CreateStep
  readonly position: number
  /** `DealCreated`, `QuoteCreated`, `SalesOrderCreated`, `RecordNamed`, or an `Orphan…` event. */
  readonly type: string
}

/** An event that a request of a client led to. */
export type AskedEvent = {
  readonly position: number
  readonly type: string
  /** The sale that it began; `null` for a look or an export. */
  readonly saleId: SaleId | null
}

/** An API key, and when its client may have asked with it. */
export type AskingKey = {
  readonly id: string
  readonly client: string
  /** Inclusive. */
  readonly from: EpochMs
  /** Inclusive; `undefined` for a key that is still good. */
  readonly until: EpochMs | undefined
}

/** Finds sales and events by what people hold, each by an index. No method changes anything. */
export interface Finds {
  /**
   * Up to `limit` events that name this record, newest first: also one that is deleted, that was only
   * named by the CRM, or that was found later.
   */
  ofRecord(id: CrmId, limit: number): Promise<readonly NamingEvent[]>

  /** Up to `limit` events that a request with this id led to, newest first. A caller may use an id again. */
  ofRequest(requestId: string, limit: number): Promise<readonly AskedEvent[]>

  /** Up to `limit` sales that hold this `Idempotency-Key`, of any client, while their claims are kept. */
  ofIdempotencyKey(key: string, limit: number): Promise<readonly SaleId[]>

  /**
   * The sales that this key asked for, newest first, among the newest `limit` that its client asked for in its
   * time; and how many of these there were.
   */
  ofApiKey(
    key: AskingKey,
    limit: number,
  ): Promise<{ readonly saleIds: readonly SaleId[]; readonly lookedAt: number }>

  /** Up to `limit` clients with a sale whose name begins with this text, in the order of their names. */
  clientsBeginningWith(text: string, limit: number): Promise<readonly string[]>
}

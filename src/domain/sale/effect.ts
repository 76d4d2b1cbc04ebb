// What a sale can need from the CRM: one call, or the two reads of its terms at once.
import type { CrmId, SaleId } from '../ids.ts'
import type { DecimalText } from '../money.ts'
import type { Instant, IsoDate } from '../time.ts'
import type { SaleLine } from './events.ts'
import type { CreateStep, RecordToDelete } from './steps.ts'

type Draft = {
  readonly saleId: SaleId
  /** The value of the unique field of the record. */
  readonly reference: string
  readonly contactId: CrmId
  readonly accountId: CrmId | null
  /** ISO 4217; absent where the organisation has one currency only. */
  readonly currency?: string
  /** The UTC day of the request. */
  readonly requestedOn: IsoDate
}

export type DealDraft = Draft & {
  readonly step: 'deal'
  readonly amount: DecimalText
  readonly closingDate: IsoDate
}
export type QuoteDraft = Draft & {
  readonly step: 'quote'
  readonly dealId: CrmId
  readonly lines: readonly SaleLine[]
}
export type SalesOrderDraft = Draft & {
  readonly step: 'salesOrder'
  readonly dealId: CrmId
  readonly quoteId: CrmId
  readonly lines: readonly SaleLine[]
}
export type RecordDraft = DealDraft | QuoteDraft | SalesOrderDraft

/**
 * The effect that is due. Each has one outcome: `readTerms` is `termsRead`, `readContact` is
 * `contactRead`, `create` is `created`, `delete` is `deleted`, and `lookUp` is `lookedUp`. A
 * forward call must not outlive `until`.
 */
export type Effect =
  | {
      readonly type: 'readTerms'
      readonly contactId: CrmId
      /** Each product once, in the order of the request. */
      readonly productIds: readonly CrmId[]
      readonly until: Instant
    }
  | { readonly type: 'readContact'; readonly contactId: CrmId; readonly until: Instant }
  | { readonly type: 'create'; readonly draft: RecordDraft; readonly until: Instant }
  | ({ readonly type: 'delete' } & RecordToDelete)
  | {
      readonly type: 'lookUp'
      readonly step: CreateStep
      readonly reference: string
      readonly look: 'first' | 'second'
    }

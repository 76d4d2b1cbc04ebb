// The events of a sale.
import type { CrmId } from '../ids.ts'
import type { DecimalText } from '../money.ts'
import type { EpochMs, IsoDate } from '../time.ts'
import type { CreateStep, FailedStep } from './steps.ts'

// These names and members are stored and published. A stored event is never edited: to change one,
// add a new type beside it. None holds the name or the address of a person or a company.

export type RequestedProduct = { readonly productId: CrmId; readonly quantity: number }

export type SaleLine = {
  readonly productId: CrmId
  readonly productName: string
  readonly quantity: number
  /** The price read for this sale, in the currency of the sale. */
  readonly unitPrice: DecimalText
}

/** What is still in the CRM, or may be: a record by its id, or an unanswered step by its reference. */
export type Leftover = (
  | { readonly step: CreateStep; readonly id: CrmId }
  | { readonly step: CreateStep; readonly reference: string }
) & {
  /** Why it cannot be removed. Absent in events of version 0.1.0. */
  readonly reason?: string
}

type Fact<Type extends string, Data> = {
  readonly type: Type
  readonly at: EpochMs
  readonly data: Data
}

type Nothing = Readonly<Record<never, never>>

/** `idempotent`: the request carried an `Idempotency-Key`, so its caller can ask again. */
export type SaleRequested = Fact<
  'SaleRequested',
  {
    readonly contactId: CrmId
    readonly products: readonly RequestedProduct[]
    readonly idempotent: boolean
  }
>

/** All that the creates are made of. Recorded before the first is sent; each attempt sends the same. */
export type SalePriced = Fact<
  'SalePriced',
  {
    readonly accountId: CrmId | null
    readonly lines: readonly SaleLine[]
    readonly amount: DecimalText
    /**
     * ISO 4217. Absent where the organisation has one currency only: then the prices and the amount
     * are in that one.
     */
    readonly currency?: string
    readonly closingDate: IsoDate
  }
>

export type DealCreated = Fact<'DealCreated', { readonly dealId: CrmId }>
export type QuoteCreated = Fact<'QuoteCreated', { readonly quoteId: CrmId }>
export type SalesOrderCreated = Fact<'SalesOrderCreated', { readonly salesOrderId: CrmId }>
export type SaleCompleted = Fact<'SaleCompleted', Nothing>

/** A create was sent and never answered: its record may be there, or may yet appear. */
export type CreateUnanswered = Fact<
  'CreateUnanswered',
  { readonly step: CreateStep; readonly reason: string }
>

/**
 * The CRM named this record for our reference, and no read has shown it. It counts as ours until a
 * delete of it succeeds. A sale goes forward with it only after a read has shown it.
 */
export type RecordNamed = Fact<'RecordNamed', { readonly step: CreateStep; readonly id: CrmId }>

/** A new process took the sale up. The create that was due then may have been sent. */
export type SaleInterrupted = Fact<'SaleInterrupted', Nothing>

/**
 * A former owner of the sale, which had been stopped, woke up. It may have sent this create after the
 * sale was taken over, so the create counts as unanswered, however far the sale has come since.
 */
export type OwnerWoke = Fact<'OwnerWoke', { readonly step: CreateStep }>

export type CompensationRequired = Fact<
  'CompensationRequired',
  { readonly failedStep: FailedStep; readonly reason: string }
>

/**
 * The CRM was asked for records with the reference of an unanswered step. `found` counts the rows that
 * were not known before. The step stays unanswered until the second look, after settle time.
 */
export type ReferenceLookedUp = Fact<
  'ReferenceLookedUp',
  { readonly step: CreateStep; readonly look: 'first' | 'second'; readonly found: number }
>

export type SalesOrderDeleted = Fact<'SalesOrderDeleted', { readonly salesOrderId: CrmId }>
export type QuoteDeleted = Fact<'QuoteDeleted', { readonly quoteId: CrmId }>
export type DealDeleted = Fact<'DealDeleted', { readonly dealId: CrmId }>
export type SaleRolledBack = Fact<'SaleRolledBack', Nothing>

/** The second look of a completed sale is over: nothing but the sale's own records is left. */
export type SaleSettled = Fact<'SaleSettled', Nothing>

/** An aftermath keeps failing, so a person is needed. It is retried all the same. */
export type SaleStuck = Fact<'SaleStuck', { readonly leftovers: readonly Leftover[] }>

export type SaleEvent =
  | SaleRequested
  | SalePriced
  | DealCreated
  | QuoteCreated
  | SalesOrderCreated
  | SaleCompleted
  | CreateUnanswered
  | RecordNamed
  | SaleInterrupted
  | OwnerWoke
  | CompensationRequired
  | ReferenceLookedUp
  | SalesOrderDeleted
  | QuoteDeleted
  | DealDeleted
  | SaleRolledBack
  | SaleSettled
  | SaleStuck

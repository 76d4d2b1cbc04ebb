// The state of a sale: one type for each status, with all that is known at that point.
import type { CrmId, SaleId } from '../ids.ts'
import type { EpochMs, Instant } from '../time.ts'
import type { SalePriced, SaleRequested } from './events.ts'
import type { CreateStep, CrmRecord, FailedStep, RecordToDelete } from './steps.ts'

/**
 * A step whose create may have left a record that we do not know, now or later. It was sent and never
 * answered; or refused in words that we do not know; or it was due when a new process took the sale
 * up; or the log is a restored copy; or a former owner woke, which may have sent it. A later success or
 * refusal is about its own attempt only: the step stays unanswered until the second look. `lookedUp` is
 * whether this process has looked for it once.
 */
export type UnansweredStep = { readonly step: CreateStep; readonly lookedUp: boolean }

export type Failure = { readonly step: FailedStep; readonly reason: string }

/** The first id that was recorded for each step. It is kept for the reader when the record is gone. */
export type FirstIds = Readonly<Record<CreateStep, CrmId | null>>

type Request = {
  readonly saleId: SaleId
  readonly requestedAt: EpochMs
} & SaleRequested['data']

type Going = Request & {
  /** When this process began the sale, or took it up. */
  readonly begunAt: Instant
}

type Forward = Going & {
  readonly unanswered: readonly UnansweredStep[]
  /** Records that the CRM named for our references, and that no read has shown. */
  readonly named: readonly CrmRecord[]
}

/** No create was sent, so nothing can be left behind. */
export type RequestedSale = Going & { readonly status: 'requested' }

/** Terms are fixed; a Deal may have been sent. */
export type PricedSale = Forward & SalePriced['data'] & { readonly status: 'priced' }

/** The Deal is there; a Quote may have been sent. */
export type DealCreatedSale = Forward &
  SalePriced['data'] & { readonly status: 'dealCreated'; readonly dealId: CrmId }

/** Deal and Quote are there; a Sales Order may have been sent. */
export type QuoteCreatedSale = Forward &
  SalePriced['data'] & {
    readonly status: 'quoteCreated'
    readonly dealId: CrmId
    readonly quoteId: CrmId
  }

/** What is left to be done in the CRM for a sale whose answer is decided. */
type Aftermath = {
  readonly unanswered: readonly UnansweredStep[]
  /** Records to delete: those that are in the CRM, and those that it only named. */
  readonly records: readonly RecordToDelete[]
  /**
   * Where settle time is counted from: the decision, the take-up by this process, or the last wake of a
   * former owner.
   */
  readonly settleFrom: Instant
  readonly firstIds: FirstIds
  /** How many former owners woke since the decision. A person is asked anew after each. */
  readonly wakes: number
  /** `wakes` when `SaleStuck` was last recorded; `null` while no person is asked to look at the sale. */
  readonly stuckAtWake: number | null
}

type Rollback = Request &
  Aftermath & {
    readonly failure: Failure
    /** It was rolled back before, and then a former owner woke. */
    readonly wasRolledBack: boolean
  }

export type CompletedSale = Request &
  Aftermath & {
    readonly status: 'completed'
    readonly endedAt: EpochMs
    readonly settled: boolean
  }

export type RollingBackSale = Rollback & { readonly status: 'rollingBack' }

export type StuckSale = Rollback & { readonly status: 'stuck' }

export type RolledBackSale = Request & {
  readonly status: 'rolledBack'
  readonly endedAt: EpochMs
  readonly failure: Failure
  readonly firstIds: FirstIds
  readonly wakes: number
}

export type ForwardSale = RequestedSale | PricedSale | DealCreatedSale | QuoteCreatedSale

/** Each status carries exactly what is known at that point, so no field is ever "not set yet". */
export type Sale =
  | { readonly status: 'absent'; readonly saleId: SaleId }
  | ForwardSale
  | CompletedSale
  | RollingBackSale
  | StuckSale
  | RolledBackSale

export function initialSale(saleId: SaleId): Sale {
  return { status: 'absent', saleId }
}

/** The create that a forward state implies: it may have been sent. `undefined` before the first. */
export function createDue(sale: ForwardSale): CreateStep | undefined {
  switch (sale.status) {
    case 'requested':
      return undefined
    case 'priced':
      return 'deal'
    case 'dealCreated':
      return 'quote'
    case 'quoteCreated':
      return 'salesOrder'
  }
}

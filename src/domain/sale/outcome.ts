// How one call to the CRM ended, and what came of an effect.
import type { CrmId } from '../ids.ts'
import type { DecimalText } from '../money.ts'
import type { CreateStep } from './steps.ts'

/**
 * How one call to the CRM ended. `reason` is text for the log and the mail, and holds nothing
 * about a person. `ownWords` is the sentence of the organisation itself, which can name anybody: it
 * is for the mail only, and never for an event or a line of the service's log.
 *
 * - `done`     the CRM did what was asked, or answered with `value`.
 * - `refused`  the CRM understood and refused; a repeat would not help.
 * - `unknown`  the call was sent, and nobody knows what became of it.
 * - `notSent`  it did not reach the CRM, or the CRM reports that it did nothing: it can be repeated.
 */
export type CallResult<Value> =
  | {
      readonly type: 'done'
      readonly value: Value
      /** The answer in words, where it was more than a success; of the same kind as `reason`. */
      readonly answer?: string
    }
  | {
      readonly type: 'refused'
      readonly reason: string
      readonly ownWords?: string | undefined
      /**
       * Of a create: refused in words that we do not know. Its record may be there all the same, so
       * the step stays unanswered.
       */
      readonly isOpen?: true | undefined
    }
  | {
      readonly type: 'unknown'
      readonly reason: string
      readonly fault: CallFault
      readonly ownWords?: string | undefined
      /**
       * Of a create: the record that the CRM named for our reference, and that no read has shown.
       * A record that a read shows with another reference is not ours and is never named here.
       */
      readonly namedId?: CrmId | undefined
    }
  | {
      readonly type: 'notSent'
      readonly reason: string
      readonly fault: CallFault
      readonly ownWords?: string | undefined
      /** Milliseconds that the CRM asked us to wait, if it did. */
      readonly retryAfterMs?: number | undefined
    }

/** Why a call has no usable answer, as far as callers of the API see a difference. */
export type CallFault = 'timeout' | 'unreachable' | 'throttled' | 'wrongAnswer'

/** What a sale needs to know about its contact. The addresses are not in the log. */
export type SaleContact = { readonly accountId: CrmId | null }

/** The currencies of the CRM's organisation, by their codes of ISO 4217. */
export type Organisation = {
  readonly homeCurrency: string
  /** Every price and every record has a currency then. */
  readonly hasSeveralCurrencies: boolean
}

export type Product = {
  readonly id: CrmId
  readonly name: string
  /** `null` for a product without a price. */
  readonly unitPrice: DecimalText | null
  /**
   * The currency of the price, as the CRM has it. `null` where the CRM gives none, and where it is
   * known to be the organisation's own without knowing which that is.
   */
  readonly currency: string | null
  readonly active: boolean
}

/** The sale was taken up from the log. */
export type Interrupted = {
  readonly type: 'interrupted'
  /** The log is a restored copy: more may have been sent for this sale than it shows. */
  readonly fromCopy?: true
}

/** A former owner of the sale woke up, and may have sent this create after it was stopped. */
export type OwnerAwake = { readonly type: 'ownerWoke'; readonly step: CreateStep }

/** What came of an effect, of time, of a restart, or of a former owner. Nothing else moves a sale. */
export type Outcome =
  | Interrupted
  | OwnerAwake
  | { readonly type: 'timePassed' }
  | {
      readonly type: 'termsRead'
      readonly contact: CallResult<SaleContact | null>
      readonly products: CallResult<readonly Product[]>
      /** As it was known when the reads began; absent where it was not. */
      readonly organisation?: Organisation | undefined
    }
  | { readonly type: 'contactRead'; readonly contact: CallResult<SaleContact | null> }
  | { readonly type: 'created'; readonly step: CreateStep; readonly result: CallResult<CrmId> }
  | {
      readonly type: 'deleted'
      readonly step: CreateStep
      readonly id: CrmId
      readonly result: CallResult<void>
    }
  | {
      readonly type: 'lookedUp'
      readonly step: CreateStep
      readonly look: 'first' | 'second'
      /** Every record of the step's module that carries its reference. */
      readonly result: CallResult<readonly CrmId[]>
    }
  /** All that was due was tried, and nothing of it moved the sale. */
  | { readonly type: 'roundFailed'; readonly tried: readonly Outcome[] }

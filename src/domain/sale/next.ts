import type { CrmId, SaleId } from '../ids.ts'
import type { DecimalText } from '../money.ts'
import type { EpochMs, IsoDate } from '../time.ts'
import { type AftermathSale, isAtRest, settledAt } from './aftermath.ts'
import { deadlineOf } from './deadline.ts'
import type { SaleLine } from './events.ts'
import { isForward } from './evolve.ts'
import type { SalePolicy } from './policy.ts'
import { FAILED_ANSWER_AFTER_MS } from './policy.ts'
import { referenceOf } from './reference.ts'
import type { ForwardSale, Sale } from './state.ts'
import { type CreateStep, DELETE_STEPS } from './steps.ts'

type Draft = {
  readonly saleId: SaleId
  /** Goes into the unique field of the record. */
  readonly reference: string
  readonly contactId: CrmId
  readonly accountId: CrmId | null
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

/** The one call to the CRM that is due. A forward call is not to outlive `until`. */
export type Effect =
  | {
      readonly type: 'readTerms'
      readonly contactId: CrmId
      /** Each product once, in the order of the request. */
      readonly productIds: readonly CrmId[]
      readonly until: EpochMs
    }
  | { readonly type: 'create'; readonly draft: RecordDraft; readonly until: EpochMs }
  | { readonly type: 'delete'; readonly step: CreateStep; readonly id: CrmId }
  | {
      readonly type: 'lookUp'
      readonly step: CreateStep
      readonly reference: string
      readonly look: 'first' | 'second'
    }

export type Next =
  /** In this order; a later one is tried only when those before it came to nothing. */
  | { readonly type: 'perform'; readonly effects: readonly [Effect, ...Effect[]] }
  | { readonly type: 'wait'; readonly until: EpochMs }
  | { readonly type: 'rest' }

/** What the sale needs from the outside world now. Asked anew after each recorded fact. */
export function next(sale: Sale, now: EpochMs, policy: SalePolicy): Next {
  if (sale.status === 'absent' || sale.status === 'rolledBack' || isAtRest(sale)) {
    return { type: 'rest' }
  }
  if (isForward(sale)) {
    const until = deadlineOf(sale, policy)
    if (now >= until) return { type: 'wait', until }
    return { type: 'perform', effects: [forwardEffect(sale, until)] }
  }
  const settled = settledAt(sale, policy)
  const [first, ...rest] = [...dueDelete(sale), ...dueLooks(sale, now >= settled)]
  return first === undefined
    ? { type: 'wait', until: settled }
    : { type: 'perform', effects: [first, ...rest] }
}

/**
 * What a caller who waits is told, once that is decided: never before the event that says so is in
 * the log. A failure is told when every known record is deleted and each unanswered step was looked up
 * once, or at `until`, whichever is first.
 */
export type Answer =
  | { readonly type: 'succeeded' }
  | { readonly type: 'failed' }
  | { readonly type: 'pending'; readonly until?: EpochMs }

export function answer(sale: Sale, now: EpochMs): Answer {
  switch (sale.status) {
    case 'completed':
      return { type: 'succeeded' }
    case 'stuck':
    case 'rolledBack':
      return { type: 'failed' }
    case 'rollingBack': {
      const until = (sale.settleFrom + FAILED_ANSWER_AFTER_MS) as EpochMs
      const cleared = sale.records.length === 0 && sale.unanswered.every((step) => step.lookedUp)
      return cleared || now >= until ? { type: 'failed' } : { type: 'pending', until }
    }
    default:
      return { type: 'pending' }
  }
}

function forwardEffect(sale: ForwardSale, until: EpochMs): Effect {
  if (sale.status === 'requested') {
    const productIds = [...new Set(sale.products.map((product) => product.productId))]
    return { type: 'readTerms', contactId: sale.contactId, productIds, until }
  }
  const { saleId, contactId, accountId, lines } = sale
  const common = { saleId, contactId, accountId }
  switch (sale.status) {
    case 'priced': {
      const { amount, closingDate } = sale
      const reference = referenceOf(saleId, 'deal')
      const draft = { ...common, step: 'deal', reference, amount, closingDate } as const
      return { type: 'create', draft, until }
    }
    case 'dealCreated': {
      const reference = referenceOf(saleId, 'quote')
      const draft = { ...common, step: 'quote', reference, dealId: sale.dealId, lines } as const
      return { type: 'create', draft, until }
    }
    case 'quoteCreated': {
      const { dealId, quoteId } = sale
      const reference = referenceOf(saleId, 'salesOrder')
      const draft = { ...common, step: 'salesOrder', reference, dealId, quoteId, lines } as const
      return { type: 'create', draft, until }
    }
  }
}

/** A record that resists holds up those it points at, so there is one at most. */
function dueDelete(sale: AftermathSale): readonly Effect[] {
  for (const step of DELETE_STEPS) {
    const record = sale.records.find((known) => known.step === step)
    if (record !== undefined) return [{ type: 'delete', ...record }]
  }
  return []
}

/** A sale that failed looks at once and again after settle time; a completed one only then. */
function dueLooks(sale: AftermathSale, settled: boolean): readonly Effect[] {
  const look = settled ? 'second' : 'first'
  return sale.unanswered
    .filter(({ lookedUp }) => settled || (sale.status !== 'completed' && !lookedUp))
    .map(({ step }) => ({
      type: 'lookUp',
      step,
      reference: referenceOf(sale.saleId, step),
      look,
    }))
}

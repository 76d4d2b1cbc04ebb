// What is due for a sale now, read off its state.
import { dayAfter, type EpochMs } from '../time.ts'
import { type AftermathSale, isAtRest, settledAt } from './aftermath.ts'
import { deadlineOf } from './deadline.ts'
import type { Effect } from './effect.ts'
import { isForward } from './evolve.ts'
import type { SalePolicy } from './policy.ts'
import { referenceOf } from './reference.ts'
import type { ForwardSale, Sale } from './state.ts'
import { type CreateStep, DELETE_STEPS } from './steps.ts'

export type Next =
  /** In this order; a later one is tried only when those before it came to nothing. */
  | { readonly type: 'perform'; readonly effects: readonly [Effect, ...Effect[]] }
  | { readonly type: 'wait'; readonly until: EpochMs }
  | { readonly type: 'rest' }

/** What this process has read of the contact and the log does not hold: a restart forgets it. */
export type AtHand = { readonly addresses: boolean }

/** What the sale needs from the outside world now. Asked anew after each outcome. */
export function next(sale: Sale, now: EpochMs, policy: SalePolicy, atHand: AtHand): Next {
  if (sale.status === 'absent' || sale.status === 'rolledBack' || isAtRest(sale)) {
    return { type: 'rest' }
  }
  if (isForward(sale)) {
    const until = deadlineOf(sale, policy)
    if (now >= until) return { type: 'wait', until }
    return { type: 'perform', effects: [forwardEffect(sale, until, atHand)] }
  }
  const settled = settledAt(sale, policy)
  const [first, ...rest] = [...dueDeletes(sale), ...dueLooks(sale, now >= settled)]
  return first === undefined
    ? { type: 'wait', until: settled }
    : { type: 'perform', effects: [first, ...rest] }
}

function forwardEffect(sale: ForwardSale, until: EpochMs, atHand: AtHand): Effect {
  if (sale.status === 'requested') {
    const productIds = [...new Set(sale.products.map((product) => product.productId))]
    return { type: 'readTerms', contactId: sale.contactId, productIds, until }
  }
  const { saleId, contactId, accountId, lines } = sale
  if (!atHand.addresses) return { type: 'readContact', contactId, until }
  const requestedOn = dayAfter(sale.requestedAt, 0)
  const common = { saleId, contactId, accountId, requestedOn }
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

/** The records of one step: one that resists holds up those it points at, but not its like. */
function dueDeletes(sale: AftermathSale): readonly Effect[] {
  const { records } = sale
  const due = DELETE_STEPS.find((step) => records.some((record) => record.step === step))
  return records
    .filter(
      (record) => record.step === due && (record.isSeen || !isToBeLookedFor(sale, record.step)),
    )
    .map((record) => ({ type: 'delete', ...record }))
}

/**
 * Whether a look for this step comes first. A record that was only named is gone by a successful
 * delete alone. A look can show it before that; otherwise one lost answer to its delete would leave
 * the sale stuck for a record that is gone.
 */
function isToBeLookedFor({ unanswered }: AftermathSale, step: CreateStep): boolean {
  return unanswered.some((open) => open.step === step && !open.lookedUp)
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

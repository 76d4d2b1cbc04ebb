// What is due for a sale now, read off its state.
import { dayAfter, type Instant, later, type Now } from '../time.ts'
import { type AftermathSale, isAtRest, recordsDue, settledAt } from './aftermath.ts'
import { msLeft } from './deadline.ts'
import type { Effect } from './effect.ts'
import { isForward } from './evolve.ts'
import type { SalePolicy } from './policy.ts'
import { referenceOf } from './reference.ts'
import type { ForwardSale, Sale } from './state.ts'
import type { RecordToDelete } from './steps.ts'

export type Next =
  /** In this order; a later one is tried only when those before it came to nothing. */
  | { readonly type: 'perform'; readonly effects: readonly [Effect, ...Effect[]] }
  /**
   * Nothing is due until then, and `timePassed` is the outcome. A sale past its deadline has nothing to
   * wait for: the time is over, and that outcome rolls it back at once.
   */
  | { readonly type: 'wait'; readonly until: Instant }
  | { readonly type: 'rest' }

/** `contactRead` is whether this process has read the contact. The log does not hold what it read. */
export type KnownHere = { readonly contactRead: boolean }

/** What the sale needs from the outside world now. It is asked again after each outcome. */
export function next(sale: Sale, now: Now, policy: SalePolicy, known: KnownHere): Next {
  if (sale.status === 'absent' || sale.status === 'rolledBack' || isAtRest(sale)) {
    return { type: 'rest' }
  }
  if (isForward(sale)) {
    const leftMs = msLeft(sale, now, policy)
    if (leftMs <= 0) return { type: 'wait', until: now.instant }
    const until = later(now.instant, leftMs)
    return { type: 'perform', effects: [forwardEffect(sale, until, known)] }
  }
  const settled = settledAt(sale, policy)
  const [first, ...rest] = aftermathEffects(sale, now.instant >= settled)
  return first === undefined
    ? { type: 'wait', until: settled }
    : { type: 'perform', effects: [first, ...rest] }
}

function forwardEffect(sale: ForwardSale, until: Instant, known: KnownHere): Effect {
  if (sale.status === 'requested') {
    const productIds = [...new Set(sale.products.map((product) => product.productId))]
    return { type: 'readTerms', contactId: sale.contactId, productIds, until }
  }
  const { saleId, contactId, accountId, currency, lines } = sale
  if (!known.contactRead) return { type: 'readContact', contactId, until }
  const requestedOn = dayAfter(sale.requestedAt, 0)
  const common = {
    ...{ saleId, contactId, accountId, requestedOn },
    ...(currency === undefined ? {} : { currency }),
  }
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

/**
 * Deletes come first, but a record that was only named is looked for before it is deleted: once it
 * was seen, a delete whose answer is lost can be repeated until a read shows that it is gone. A
 * completed sale deletes a record that was only named after settle time only.
 */
function aftermathEffects(sale: AftermathSale, settled: boolean): readonly Effect[] {
  const isUnsure = ({ step, isSeen }: RecordToDelete) =>
    !isSeen && sale.unanswered.some((open) => open.step === step && !open.lookedUp)
  const due = recordsDue(sale)
  const sure = due.filter((record) => !isUnsure(record))
  const unsure = sale.status === 'completed' && !settled ? [] : due.filter(isUnsure)
  const asDelete = (record: RecordToDelete) => ({ type: 'delete', ...record }) as const
  return [...sure.map(asDelete), ...dueLooks(sale, settled), ...unsure.map(asDelete)]
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

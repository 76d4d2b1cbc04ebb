// The answer to the caller of a sale, as a function of its state: for one who waits, and for a repeat.
import { assertNever } from '../assert-never.ts'
import { type Instant, later } from '../time.ts'
import { FAILED_ANSWER_AFTER_MS } from './policy.ts'
import type { Sale } from './state.ts'
import type { FailedStep } from './steps.ts'

/** What leaves the service. */
export type SaleAnswer =
  | { readonly type: 'succeeded' }
  | { readonly type: 'failed'; readonly step: FailedStep }

export type Answer =
  | { readonly type: 'pending' }
  | { readonly type: 'succeeded' }
  | {
      readonly type: 'failed'
      /**
       * Until then a caller who waits is not answered, because records of the sale may
       * still be in the CRM. A repeat of the request does not wait. `undefined` once every known
       * record is deleted and each unanswered step was looked up.
       */
      readonly heldUntil?: Instant
    }

/** The answer never changes once it is not `pending`, and may leave once the state is in the log. */
export function answer(sale: Sale): Answer {
  switch (sale.status) {
    case 'absent':
    case 'requested':
    case 'priced':
    case 'dealCreated':
    case 'quoteCreated':
      return { type: 'pending' }
    case 'completed':
      return { type: 'succeeded' }
    case 'rollingBack': {
      const isCleared = sale.records.length === 0 && sale.unanswered.every((step) => step.lookedUp)
      if (isCleared) return { type: 'failed' }
      return { type: 'failed', heldUntil: later(sale.settleFrom, FAILED_ANSWER_AFTER_MS) }
    }
    case 'stuck':
    case 'rolledBack':
      return { type: 'failed' }
    default:
      return assertNever(sale)
  }
}

/** What the caller is told once the answer is decided; `undefined` while it is pending. */
export function decidedAnswer(sale: Sale): SaleAnswer | undefined {
  if ('failure' in sale) return { type: 'failed', step: sale.failure.step }
  return sale.status === 'completed' ? { type: 'succeeded' } : undefined
}

// The caller of a new sale, who waits for its answer.
import { answer, decidedAnswer, type SaleAnswer } from '../../../domain/sale/answer.ts'
import type { Sale } from '../../../domain/sale/state.ts'
import { msBetween } from '../../../domain/time.ts'
import type { Timer } from '../../base/clock.port.ts'

export interface WaitingCaller {
  readonly isWaiting: () => boolean

  /** Answers once the answer is decided, and not held back any more. `sale` is durable. */
  onState(sale: Sale): void

  /** The run of the sale has ended. Without an answer in the log the caller gets `error`. */
  onEnd(error: unknown): void
}

/** Stands for the caller of a sale that was found in the log: the connection is gone. */
export const NO_CALLER: WaitingCaller = {
  isWaiting: () => false,
  onState: () => undefined,
  onEnd: () => undefined,
}

export function makeWaitingCaller(deps: {
  readonly clock: Timer
  readonly sale: Sale
  readonly onAnswered: () => void
}): { readonly caller: WaitingCaller; readonly answered: Promise<SaleAnswer> } {
  const { clock, onAnswered } = deps
  const { promise, resolve, reject } = Promise.withResolvers<SaleAnswer>()
  let { sale } = deps
  let isOver = false
  /** Ends the wait of an answer that is held back. Few are, and an abort for each sale is dear. */
  let held: AbortController | undefined

  const caller: WaitingCaller = {
    isWaiting: () => !isOver,

    onState(newer) {
      sale = newer
      const decided = answer(sale)
      if (decided.type === 'pending') return
      const heldUntil = decided.type === 'failed' ? decided.heldUntil : undefined
      const heldMs = heldUntil === undefined ? 0 : msBetween(clock.instant(), heldUntil)
      if (heldMs <= 0) return answerNow()
      held ??= new AbortController()
      void clock.sleep(heldMs, held.signal).then(answerNow)
    },

    onEnd(error) {
      // A failure that is on record is certain, whatever ended the run after it.
      if (answer(sale).type === 'failed') answerNow()
      else reject(error)
      end()
    },
  }
  return { caller, answered: promise }

  /** Once an answer is decided, a later state of the sale has the same. */
  function answerNow(): void {
    const decided = decidedAnswer(sale)
    if (isOver || decided === undefined) return
    resolve(decided)
    end()
    onAnswered()
  }

  function end(): void {
    isOver = true
    held?.abort()
  }
}

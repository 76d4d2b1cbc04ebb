import type { SaleId } from '../../domain/ids.ts'
import { answer } from '../../domain/sale/next.ts'
import type { Interrupted } from '../../domain/sale/outcome.ts'
import type { Sale } from '../../domain/sale/state.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { RunSale, StoredSale } from './run-sale.ts'

export type SaleAnswer = 'succeeded' | 'failed'

/** The sales that this process drives. One run to a sale; nothing else drives it meanwhile. */
export interface RunningSales {
  /**
   * Drives a new sale, and says what its caller is to be told, once that is durable.
   *
   * @throws whatever ended the run before an answer was decided: the caller must not be told
   *   anything, its connection is cut as by a crash.
   */
  begin(start: StoredSale): Promise<SaleAnswer>

  /** Drives a sale found in the log, in the background; without effect where it is driven already. */
  takeUp(start: StoredSale, interrupted: Interrupted): void

  /**
   * Makes the sale's rollback try again now, whatever its backoff; one that is just trying tries
   * once more. Says whether the sale is driven here.
   */
  retryNow(saleId: SaleId): boolean

  /**
   * Lets go of every sale whose caller is answered; the next start takes it up. Resolves when
   * the last caller is answered and the last call has ended.
   */
  drain(): Promise<void>
}

export function makeRunningSales(deps: {
  readonly runSale: RunSale
  readonly clock: Clock
  readonly logger: Logger
  /** The process must stop and read the log again. */
  readonly onLost: (error: unknown) => void
}): RunningSales {
  const { runSale, clock, logger } = deps
  type Run = {
    /** Ends the run at the next point where nothing is in flight. */
    readonly leave: AbortController
    /** Aborted once the caller is answered. */
    readonly answered: AbortController
    /** Ends the wait for the next try, while there is one. */
    endWait: () => void
    isToRetryNow: boolean
    ended: Promise<void>
  }
  const runs = new Map<SaleId, Run>()
  let draining = false

  return {
    begin(start) {
      const decided = Promise.withResolvers<SaleAnswer>()
      const run = newRun(true)
      const tell = (told: SaleAnswer) => {
        decided.resolve(told)
        run.answered.abort()
        if (draining) leave(run)
      }
      let last: Sale = start.sale
      const onState = (sale: Sale) => {
        last = sale
        tellWhenDecided(run, sale, tell)
      }
      // A failure that is on record is certain, whatever ended the run after it.
      const onEnd = (error: unknown) => ('failure' in last ? tell('failed') : decided.reject(error))
      track(run, start, undefined, onState, onEnd)
      return decided.promise
    },

    takeUp(start, interrupted) {
      if (runs.has(start.sale.saleId)) return
      const nobody = () => undefined
      track(newRun(false), start, interrupted, nobody, nobody)
    },

    retryNow(saleId) {
      const run = runs.get(saleId)
      if (run === undefined) return false
      run.isToRetryNow = true
      run.endWait()
      return true
    },

    async drain() {
      draining = true
      for (const run of runs.values()) if (!callerWaits(run)) leave(run)
      // A run that is added while this waits has a caller of its own, and ends by itself.
      while (runs.size > 0) await Promise.all([...runs.values()].map((run) => run.ended))
    },
  }

  function newRun(hasCaller: boolean): Run {
    const answered = new AbortController()
    if (!hasCaller) answered.abort()
    return {
      leave: new AbortController(),
      answered,
      endWait: () => undefined,
      isToRetryNow: false,
      ended: Promise.resolve(),
    }
  }

  function leave(run: Run): void {
    run.leave.abort()
    run.endWait()
  }

  async function untilRetry(run: Run, ms: number): Promise<void> {
    if (!run.isToRetryNow && !run.leave.signal.aborted) {
      const wait = new AbortController()
      run.endWait = () => wait.abort()
      await clock.sleep(ms, wait.signal)
    }
    run.isToRetryNow = false
  }

  function callerWaits(run: Run): boolean {
    return !run.answered.signal.aborted
  }

  function track(
    run: Run,
    start: StoredSale,
    interrupted: Interrupted | undefined,
    onState: (sale: Sale) => void,
    onEnd: (error: unknown) => void,
  ): void {
    const { saleId } = start.sale
    runs.set(saleId, run)
    if (draining && !callerWaits(run)) leave(run)
    const options = {
      onState,
      leave: run.leave.signal,
      interrupted,
      untilRetry: (ms: number) => untilRetry(run, ms),
    }
    run.ended = runSale(start, options)
      .then(
        () => onEnd(new Error(`sale ${saleId}: its run ended before an answer was decided`)),
        (error: unknown) => {
          // One sale's bug must not end the others; the next start takes this one up again.
          logger.error({ err: error, saleId }, 'sale left until the next start')
          run.answered.abort()
          onEnd(error)
          if (errorCode(error) === 'lost') deps.onLost(error)
        },
      )
      .finally(() => runs.delete(saleId))
  }

  function tellWhenDecided(run: Run, sale: Sale, tell: (told: SaleAnswer) => void): void {
    if (!callerWaits(run)) return
    const decision = answer(sale, clock.now())
    if (decision.type !== 'pending') {
      tell(decision.type)
      return
    }
    if (decision.until === undefined) return
    // From `CompensationRequired` on, failure is certain; only how long it is worth waiting is open.
    const leftMs = decision.until - clock.now()
    void clock.sleep(leftMs, run.answered.signal).then(() => tell('failed'))
  }
}

// The sales that this process drives.
import type { SaleId } from '../../../domain/ids.ts'
import type { SaleAnswer } from '../../../domain/sale/answer.ts'
import type { Interrupted } from '../../../domain/sale/outcome.ts'
import type { Timer } from '../../base/clock.port.ts'
import { errorCode } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.port.ts'
import type { Performed } from './perform.ts'
import type { StoredSale } from './record-outcome.ts'
import { makeRunControl, type RunControl } from './run-control.ts'
import type { RunOptions, RunSale } from './run-sale.ts'
import type { Sequence } from './sale-store.port.ts'
import { makeWaitingCaller, NO_CALLER, type WaitingCaller } from './waiting-caller.ts'

/** Each sale has one run, and nothing else drives it meanwhile. */
export interface RunningSales {
  /**
   * Says that a sale is to begin, so that nobody takes it up from the log meanwhile. Returns how to say that it
   * has begun, or that it does not.
   */
  announce(saleId: SaleId): () => void

  /**
   * Drives a new sale, and returns the answer for its caller, once that is durable.
   *
   * @param readAhead the reads that began while the sale was being stored
   * @throws whatever ended the run before an answer was decided: the caller must get no answer, and
   *   its connection is cut as by a crash.
   */
  begin(start: StoredSale, readAhead: Promise<Performed> | undefined): Promise<SaleAnswer>

  /** Drives a sale of the log in the background. Does nothing where the sale is driven already. */
  takeUp(start: StoredSale, interrupted: Interrupted): void

  /**
   * Ends the pause before the next retry of the sale's aftermath. One that is just trying retries
   * once more without a pause. Returns whether this process drives the sale.
   */
  retryNow(saleId: SaleId): boolean

  /** Whether a run drives the sale, or one is to begin. It also is where its run ended by a bug: a new one would, too. */
  isDriven(saleId: SaleId): boolean

  /**
   * To be told how many events of a sale are in the log. Ends its run where that does not know of all, so that the sale
   * can be taken up as it is now; but only in a pause. At work it finds out by its next event.
   */
  endOutgrown(saleId: SaleId, sequence: Sequence): void

  /**
   * Ends all runs at the next point where nothing is in flight: the sales are another instance's. Their callers
   * get no answer. Resolves when the last one has ended; what begins meanwhile is ended, too.
   */
  abandon(): Promise<void>

  /**
   * Ends the run of every sale whose caller is answered; the next start takes these up. Resolves
   * when the last caller is answered and the last call has ended.
   */
  drain(): Promise<void>
}

const ENDED_BY_ERROR = 'the run of a sale ended by an error'

type Deps = {
  readonly runSale: RunSale
  readonly clock: Timer
  readonly logger: Logger
  /** Called when nobody knows what is on disk: the process must stop and read the log again. */
  readonly onLost: (error: unknown) => void
}

type Run = {
  readonly control: RunControl
  readonly caller: WaitingCaller
  readonly ended: Promise<void>
}

export function makeRunningSales({ runSale, clock, logger, onLost }: Deps): RunningSales {
  const runs = new Map<SaleId, Run>()
  const announced = makeAnnounced()
  /** The sales of this process whose runs ended by an error that is none of the store. */
  const broken = new Set<SaleId>()
  let draining = false
  let abandoning = 0

  return {
    announce: announced.add,

    isDriven: (saleId) => runs.has(saleId) || announced.has(saleId) || broken.has(saleId),

    endOutgrown: (saleId, sequence) => runs.get(saleId)?.control.leaveOutgrown(sequence),

    async abandon() {
      abandoning += 1
      for (const { control } of runs.values()) control.leave()
      while (runs.size + announced.size() > 0) {
        await Promise.all([...runs.values()].map(({ ended }) => ended))
        await announced.begun()
      }
      abandoning -= 1
    },

    begin(start, readAhead) {
      const control = makeRunControl(clock, start.sequence)
      const onAnswered = () => draining && control.leave()
      const { caller, answered } = makeWaitingCaller({ clock, sale: start.sale, onAnswered })
      track(start, control, caller, { readAhead, interrupted: undefined })
      return answered
    },

    takeUp(start, interrupted) {
      if (runs.has(start.sale.saleId)) return
      broken.delete(start.sale.saleId)
      const control = makeRunControl(clock, start.sequence)
      track(start, control, NO_CALLER, { readAhead: undefined, interrupted })
    },

    retryNow(saleId) {
      const run = runs.get(saleId)
      run?.control.retryNow()
      return run !== undefined
    },

    async drain() {
      draining = true
      for (const { caller, control } of runs.values()) if (!caller.isWaiting()) control.leave()
      // A run that begins while this waits has a caller, and ends once its caller is answered.
      while (runs.size > 0) await Promise.all([...runs.values()].map(({ ended }) => ended))
    },
  }

  function track(
    start: StoredSale,
    control: RunControl,
    caller: WaitingCaller,
    beginning: Pick<RunOptions, 'interrupted' | 'readAhead'>,
  ): void {
    const { saleId } = start.sale
    if (abandoning > 0 || (draining && !caller.isWaiting())) control.leave()
    const { leaving: leave, pause, untilRetry } = control
    const onState: RunOptions['onState'] = (sale, sequence) => {
      control.knows(sequence)
      caller.onState(sale)
    }
    const ended = runSale(start, { onState, leave, pause, untilRetry, ...beginning })
      .then(
        () => caller.onEnd(new Error(`sale ${saleId}: its run ended before an answer was decided`)),
        (error: unknown) => {
          // A bug in one sale must not end the others. Who owns it takes it up again, or the next start.
          logger[levelOf(error)]({ err: error, ...start.names }, ENDED_BY_ERROR)
          caller.onEnd(error)
          if (errorCode(error) === undefined) broken.add(saleId)
          if (errorCode(error) === 'lost') onLost(error)
        },
      )
      .finally(() => runs.delete(saleId))
    runs.set(saleId, { control, caller, ended })
  }
}

/** Sales that are to begin, until they have begun or do not. */
function makeAnnounced() {
  const sales = new Map<SaleId, Promise<void>>()
  return {
    add(saleId: SaleId): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      sales.set(saleId, promise)
      return () => {
        sales.delete(saleId)
        resolve()
      }
    },

    has: (saleId: SaleId) => sales.has(saleId),
    size: () => sales.size,

    /** Waits for those of this moment. */
    async begun(): Promise<void> {
      await Promise.all(sales.values())
    },
  }
}

/** That another instance has taken a sale over is no alarm. */
function levelOf(error: unknown): 'warn' | 'error' {
  return errorCode(error) === 'conflict' ? 'warn' : 'error'
}

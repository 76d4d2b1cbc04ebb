// Drives one sale to rest: asks the domain what is due, performs it, records what came of it.
import { assertNever } from '../../../domain/assert-never.ts'
import type { Interrupted } from '../../../domain/sale/outcome.ts'
import type { Sale } from '../../../domain/sale/state.ts'
import { msBetween } from '../../../domain/time.ts'
import type { Perform, Performed } from './perform.ts'
import { makeRecordOutcome, type RecordOutcomeDeps, type StoredSale } from './record-outcome.ts'
import { makeSaleDriver } from './sale-driver.ts'
import type { Sequence } from './sale-store.port.ts'

export type RunOptions = {
  /** Called with each state once it is durable, and how many events it is made of. */
  readonly onState: (sale: Sale, sequence: Sequence) => void
  /** Ends the run at the next point where nothing is in flight. The log holds all to go on with. */
  readonly leave: AbortSignal
  /** The first outcome of this run, for a sale that was found in the log. */
  readonly interrupted: Interrupted | undefined
  /** What a new sale reads first, where that began before the run. */
  readonly readAhead: Promise<Performed> | undefined
  /** Waits so many milliseconds, or until the run is to leave. */
  readonly pause: (ms: number) => Promise<void>
  /** The same, or until an operator asks for a retry. */
  readonly untilRetry: (ms: number) => Promise<void>
}

/**
 * Serves the live sale and the one found after a restart with the same loop. It is bounded by the
 * sale's deadline going forward; a rollback is retried until it succeeds, with backoff.
 *
 * @throws {AppError} `conflict` or `lost` from the store: this process must not go on with the sale.
 */
export type RunSale = (start: StoredSale, options: RunOptions) => Promise<void>

export function makeRunSale(deps: RecordOutcomeDeps & { readonly perform: Perform }): RunSale {
  const { clock } = deps
  const driving = { ...deps, recordOutcome: makeRecordOutcome(deps) }

  return async function runSale(start, options) {
    const { onState, leave, interrupted, pause, untilRetry, readAhead } = options
    const driver = makeSaleDriver(driving, start, onState, readAhead)
    if (interrupted !== undefined) await driver.record(interrupted)

    while (!leave.aborted) {
      const due = driver.due()
      switch (due.type) {
        case 'rest':
          return
        case 'wait':
          await pause(msBetween(clock.instant(), due.until))
          if (clock.instant() >= due.until) await driver.recordTimePassed()
          break
        case 'perform': {
          const pauseMs = await driver.performFirstThatMoves(due.effects, leave)
          // An operator's request for a retry ends the pause of a rollback only.
          if (pauseMs > 0) await (driver.isForward() ? pause : untilRetry)(pauseMs)
          break
        }
        default:
          assertNever(due)
      }
    }
  }
}

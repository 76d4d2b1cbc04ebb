// One run of one sale: what this process knows of it beside the log, and each move it makes.
import type { Effect } from '../../../domain/sale/effect.ts'
import { isForward } from '../../../domain/sale/evolve.ts'
import { type Next, next } from '../../../domain/sale/next.ts'
import type { Organisation, Outcome } from '../../../domain/sale/outcome.ts'
import type { Sale } from '../../../domain/sale/state.ts'
import type { ContactDetails, Crm } from '../../crm/crm.port.ts'
import { NO_CALLS, withCall } from '../../log/crm-call.ts'
import { makePerform } from './perform.ts'
import { makeRecordOutcome, type RecordOutcomeDeps, type StoredSale } from './record-outcome.ts'
import { retryPauseMs } from './retry-pause.ts'

export type SaleDriverDeps = RecordOutcomeDeps & {
  readonly crm: Crm
  /** Makes no call; `undefined` as long as the currencies are not known. */
  readonly organisation: () => Organisation | undefined
  /** Milliseconds one call may take where no deadline is nearer. */
  readonly requestTimeoutMs: number
}

export interface SaleDriver {
  isForward(): boolean

  /** What the sale needs now. */
  due(): Next

  /**
   * Performs the effects in order until one moves the sale, or `leave` is aborted.
   *
   * @returns milliseconds to wait before the next attempt; 0 when the sale moved
   */
  performFirstThatMoves(effects: readonly Effect[], leave: AbortSignal): Promise<number>

  /** @returns whether the sale moved; what came of it is durable then. */
  record(outcome: Outcome): Promise<boolean>

  /** Records that the wait is over. It rolls a sale back whose deadline has passed. */
  recordTimePassed(): Promise<void>
}

/** @param onState called with each state once it is durable */
export function makeSaleDriver(
  deps: SaleDriverDeps,
  start: StoredSale,
  onState: (sale: Sale) => void,
): SaleDriver {
  const { clock, random, policy } = deps
  const perform = makePerform(deps)
  const recordOutcome = makeRecordOutcome(deps)
  let stored = start
  let contact: ContactDetails | undefined
  let failures = 0
  let lastFailedOutcome: Outcome | undefined
  // Creates and deletes since the sale's last event. They are not in the log yet, so a process that
  // is killed loses them.
  let callsMade = NO_CALLS

  return {
    isForward: () => isForward(stored.sale),

    due: () => next(stored.sale, clock.now(), policy, { contactRead: contact !== undefined }),

    async performFirstThatMoves(effects, leave) {
      const outcomes: Outcome[] = []
      for (const effect of effects) {
        const atHand = { contact, client: stored.client }
        const { outcome, call, contact: read } = await perform(effect, atHand, failures > 0)
        if (call !== undefined) callsMade = withCall(callsMade, call)
        if (read !== undefined) contact = read
        const isContactRead = effect.type === 'readContact' && read !== undefined
        if ((await record(outcome)) || isContactRead) {
          failures = 0
          lastFailedOutcome = undefined
          return 0
        }
        lastFailedOutcome = outcome
        outcomes.push(outcome)
        if (leave.aborted) return 0
      }
      failures += 1
      await record({ type: 'roundFailed', tried: outcomes })
      return retryPauseMs(stored.sale, failures, outcomes, random.fraction(), clock.now(), policy)
    },

    record,

    /** The last call that failed before the deadline is judged again: its reason goes into the log. */
    async recordTimePassed() {
      const failed = isForward(stored.sale) ? lastFailedOutcome : undefined
      if (failed !== undefined && (await record(failed))) return
      await record({ type: 'timePassed' })
    },
  }

  async function record(outcome: Outcome): Promise<boolean> {
    const recorded = await recordOutcome(stored, outcome, callsMade)
    if (recorded.events.length === 0) return false
    stored = recorded.stored
    callsMade = NO_CALLS
    onState(stored.sale)
    // Being reported as stuck does not move the sale: the pause before the next retry stays long.
    return recorded.events.some(({ type }) => type !== 'SaleStuck')
  }
}

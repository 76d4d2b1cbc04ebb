// One run of one sale: what this process knows of it beside the log, and each move it makes.
import type { Effect } from '../../../domain/sale/effect.ts'
import { isForward } from '../../../domain/sale/evolve.ts'
import { type Next, next } from '../../../domain/sale/next.ts'
import type { Outcome } from '../../../domain/sale/outcome.ts'
import type { SalePolicy } from '../../../domain/sale/policy.ts'
import type { Sale } from '../../../domain/sale/state.ts'
import type { Clock } from '../../base/clock.port.ts'
import type { Random } from '../../base/random.port.ts'
import { readClocks } from '../../base/read-clocks.ts'
import type { ContactDetails } from '../../crm/crm.port.ts'
import { NO_CALLS, withCall } from '../../log/crm-call.ts'
import type { Perform, Performed } from './perform.ts'
import type { RecordOutcome, StoredSale } from './record-outcome.ts'
import { retryPauseMs } from './retry-pause.ts'
import type { Sequence } from './sale-store.port.ts'

export type SaleDriverDeps = {
  readonly perform: Perform
  readonly recordOutcome: RecordOutcome
  readonly clock: Clock
  readonly random: Random
  readonly policy: SalePolicy
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

/**
 * @param onState called with each state once it is durable, and how many events it is made of
 * @param readAhead the reads that are under way already, or done
 */
export function makeSaleDriver(
  deps: SaleDriverDeps,
  start: StoredSale,
  onState: (sale: Sale, sequence: Sequence) => void,
  readAhead: Promise<Performed> | undefined,
): SaleDriver {
  const { clock, random, policy } = deps
  let stored = start
  let ahead = readAhead
  let contact: ContactDetails | undefined
  let failures = 0
  let lastFailedOutcome: Outcome | undefined
  // Creates and deletes since the sale's last event. They are not in the log yet, so a process that
  // is killed loses them.
  let callsMade = NO_CALLS

  return {
    isForward: () => isForward(stored.sale),

    due: () => next(stored.sale, readClocks(clock), policy, { contactRead: contact !== undefined }),

    async performFirstThatMoves(effects, leave) {
      const outcomes: Outcome[] = []
      for (const effect of effects) {
        const { outcome, call, contact: read } = await (takeAhead(effect) ?? perform(effect))
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
      return retryPauseMs(
        stored.sale,
        failures,
        outcomes,
        random.fraction(),
        readClocks(clock),
        policy,
      )
    },

    record,

    /** The last call that failed before the deadline is judged again: its reason goes into the log. */
    async recordTimePassed() {
      const failed = isForward(stored.sale) ? lastFailedOutcome : undefined
      if (failed !== undefined && (await record(failed))) return
      await record({ type: 'timePassed' })
    },
  }

  /** The first attempt at the reads of a new sale began before its run. */
  function takeAhead({ type }: Effect): Promise<Performed> | undefined {
    const reads = type === 'readTerms' ? ahead : undefined
    ahead = undefined
    return reads
  }

  function perform(effect: Effect): Promise<Performed> {
    const { client, names } = stored
    return deps.perform(effect, { contact, client, names }, failures > 0)
  }

  async function record(outcome: Outcome): Promise<boolean> {
    const recorded = await deps.recordOutcome(stored, outcome, callsMade)
    if (recorded.events.length === 0) return false
    stored = recorded.stored
    callsMade = NO_CALLS
    onState(stored.sale, stored.sequence)
    // Being reported as stuck does not move the sale: the pause before the next retry stays long.
    return recorded.events.some(({ type }) => type !== 'SaleStuck')
  }
}

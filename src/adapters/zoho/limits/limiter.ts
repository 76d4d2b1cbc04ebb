// Keeps the calls in flight, of all sales together, within what Zoho allows the organisation.

import type { Timer } from '../../../application/base/clock.port.ts'
import type { Random } from '../../../application/base/random.port.ts'
import type { Priority } from '../../../application/crm/crm.port.ts'
import { makeCallAllowance } from './call-allowance.ts'
import type { CallEnding } from './call-ending.ts'
import { makeCallQueue } from './call-queue.ts'

/** Gives a place back; a second call of it does nothing. */
export type Release = (ending: CallEnding) => void

export interface Limiter {
  /**
   * Waits for a place and returns how to give it back; `undefined` when `signal` was aborted first.
   */
  take(priority: Priority, signal: AbortSignal): Promise<Release | undefined>

  /** Calls that wait for a place. */
  waiting(): number

  /** Calls that have a place. */
  inFlight(): number

  /** Whether a 429 makes every call wait for a while. */
  paused(): boolean

  /** Calls that may be in flight at the moment. */
  limit(): number
}

export function makeLimiter(deps: {
  readonly clock: Timer
  readonly random: Pick<Random, 'fraction'>
  /** Calls in flight that the operator allows at most. */
  readonly maxConcurrency: number
}): Limiter {
  const { clock } = deps
  const queue = makeCallQueue()
  const allowance = makeCallAllowance({ ...deps, onResume: admitWaiting })

  return {
    limit: allowance.calls,
    paused: allowance.paused,
    waiting: queue.waiting,
    inFlight: queue.inFlight,

    async take(priority, signal) {
      if (signal.aborted) return undefined
      const admitted = queue.join(priority, signal)
      admitWaiting()
      if (!(await admitted)) return undefined
      const admittedAt = clock.instant()
      let held = true
      return (ending) => {
        if (!held) return
        held = false
        queue.leave(priority)
        allowance.record(ending, admittedAt)
        admitWaiting()
      }
    },
  }

  function admitWaiting(): void {
    if (allowance.paused()) return
    while (queue.inFlight() < allowance.calls()) {
      if (!queue.admitNext(allowance.calls())) return
    }
  }
}

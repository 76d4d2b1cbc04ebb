// Keeps the calls in flight, of all sales together, within what Zoho allows the organisation.

import type { Timer } from '../../../application/base/clock.port.ts'
import type { Random } from '../../../application/base/random.port.ts'
import type { Priority } from '../../../application/crm/crm.port.ts'
import { allPlaces } from '../../../application/crm/places/all-places.ts'
import type { CallPlaces } from '../../../application/crm/places/call-places.port.ts'
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

  /** Calls that may be in flight at the moment, for estimates. */
  limit(): number
}

export function makeLimiter(deps: {
  readonly clock: Timer
  readonly random: Pick<Random, 'fraction'>
  /** Calls in flight that the operator allows at most. */
  readonly maxConcurrency: number
  /** Those that this process may have; all, where it calls the CRM alone. */
  readonly places?: CallPlaces | undefined
}): Limiter {
  const { clock, places = allPlaces(deps.maxConcurrency) } = deps
  const queue = makeCallQueue()
  const allowance = makeCallAllowance({ ...deps, onResume: admitWaiting })

  places.onMore(admitWaiting)

  return {
    limit: () => Math.min(allowance.calls(), places.expected()),
    paused: allowance.paused,
    waiting: queue.waiting,
    inFlight: queue.inFlight,

    async take(priority, signal) {
      if (signal.aborted) return undefined
      const admitted = queue.join(priority, signal)
      admitWaiting()
      if (!(await admitted)) {
        noteLoad()
        return undefined
      }
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
    const limit = Math.min(allowance.calls(), places.limit())
    while (!allowance.paused() && queue.inFlight() < limit) if (!queue.admitNext(limit)) break
    noteLoad()
  }

  function noteLoad(): void {
    const inFlight = queue.inFlight()
    const waiting = allowance.paused() ? 0 : queue.waiting()
    const wanted = Math.max(inFlight, Math.min(allowance.calls(), inFlight + waiting))
    places.note({ inFlight, wanted })
  }
}

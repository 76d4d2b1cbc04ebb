// The calls to Zoho that wait for a place, and the number of those in flight, by priority.

import type { Priority } from '../../../application/crm/crm.port.ts'

export interface CallQueue {
  /** Calls that wait for a place. */
  waiting(): number

  /** Calls that have a place. */
  inFlight(): number

  /** Waits for a place; returns `false` when `signal` was aborted first. */
  join(priority: Priority, signal: AbortSignal): Promise<boolean>

  /**
   * Gives a place to the call whose turn it is; returns `false` when none waits.
   *
   * @param limit calls that may be in flight at the moment
   */
  admitNext(limit: number): boolean

  /** Takes back the place of a call that has ended. */
  leave(priority: Priority): void
}

type Waiting = { readonly admit: () => void }

export function makeCallQueue(): CallQueue {
  const inFlight = { rollback: 0, forward: 0, new: 0, retry: 0 }
  // The queues have no limit of their own: a call waits no longer than its own time-out.
  const queues: Readonly<Record<Priority, Waiting[]>> = {
    rollback: [],
    forward: [],
    new: [],
    retry: [],
  }

  return {
    waiting: () => Object.values(queues).reduce((sum, queue) => sum + queue.length, 0),
    inFlight: () => inFlight.rollback + inFlight.forward + inFlight.new + inFlight.retry,

    join(priority, signal) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const queue = queues[priority]
      const waiting: Waiting = {
        admit: () => {
          signal.removeEventListener('abort', giveUp)
          inFlight[priority] += 1
          resolve(true)
        },
      }
      const giveUp = () => {
        queue.splice(queue.indexOf(waiting), 1)
        resolve(false)
      }
      queue.push(waiting)
      signal.addEventListener('abort', giveUp, { once: true })
      return promise
    },

    admitNext(limit) {
      const next = nextQueue(limit)?.shift()
      next?.admit()
      return next !== undefined
    },

    leave(priority) {
      inFlight[priority] -= 1
    },
  }

  /**
   * Deletes go first. But while creates wait, deletes get at most half of the places: slow deletes
   * would otherwise hold up the creates until their sales miss the deadline and need deletes, too.
   */
  function nextQueue(limit: number): Waiting[] | undefined {
    const { rollback, forward, new: fresh, retry } = queues
    const half = Math.ceil(limit / 2)
    const deletesMayGo = forward.length === 0 || inFlight.rollback + inFlight.retry < half
    if (rollback.length > 0 && deletesMayGo) return rollback
    return [forward, fresh, retry].find((queue) => queue.length > 0)
  }
}

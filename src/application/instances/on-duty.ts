import type { Duties, Duty } from './duties.port.ts'
import type { Lease } from './lease.ts'

/**
 * Whether this process is the one to do what one instance does for all; it takes the duty where nobody has
 * it. It does not fence: a process that is stopped after the question may do it beside the next one.
 */
export type IsOnDuty = (duty: Duty) => Promise<boolean>

/** A process that has its database alone has every duty, and nothing is written for that. */
export function makeIsOnDuty(duties: Duties, lease: Lease): IsOnDuty {
  return async function isOnDuty(duty) {
    if (!lease.holds()) return false
    const instance = lease.number()
    return instance === null || (await duties.take(duty, instance))
  }
}

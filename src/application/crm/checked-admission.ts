// Lets no sale begin before the check of the CRM has passed, nor while the account is shut for all instances.

import type { Admission, TurnedAway } from './admission.port.ts'

/** `Retry-After` of a sale that is turned away before the check of the CRM has passed. */
const UNCHECKED_RETRY_MS = 5_000

/** `Retry-After` while the account is shut: only a person can open it again. */
const SHUT_RETRY_MS = 60_000

/**
 * The check looks for the unique reference field. Without that field a repeated create makes a
 * second record, so no sale may begin in a CRM that was not checked.
 *
 * @param closed.unfit why the CRM is not fit, or `undefined` once the check has passed
 * @param closed.shut why another instance has found the account shut; `undefined` while it is open
 */
export function makeCheckedAdmission(
  admission: Admission,
  closed: {
    readonly unfit: () => string | undefined
    readonly shut: () => string | undefined
  },
): Admission {
  return {
    closed: () => closed.unfit() ?? admission.closed() ?? closed.shut(),
    lookUp: () => admission.lookUp(),

    reserveSale(ahead) {
      const unfit = closed.unfit()
      if (unfit !== undefined) return turnedAway(unfit, UNCHECKED_RETRY_MS)
      const shut = closed.shut()
      return shut === undefined ? admission.reserveSale(ahead) : turnedAway(shut, SHUT_RETRY_MS)
    },
  }
}

function turnedAway(reason: string, retryAfterMs: number): TurnedAway {
  return { admitted: false, reason, retryAfterMs }
}

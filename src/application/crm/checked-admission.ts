// Lets no sale begin before the check of the CRM has passed.

import type { Admission } from './admission.port.ts'

/** `Retry-After` of a sale that is turned away before the check of the CRM has passed. */
const UNCHECKED_RETRY_MS = 5_000

/**
 * The check looks for the unique reference field. Without that field a repeated create makes a
 * second record, so no sale may begin in a CRM that was not checked.
 *
 * @param unfit why the CRM is not fit, or `undefined` once the check has passed
 */
export function makeCheckedAdmission(
  admission: Admission,
  unfit: () => string | undefined,
): Admission {
  return {
    closed: () => unfit() ?? admission.closed(),
    lookUp: () => admission.lookUp(),

    reserveSale(ahead) {
      const reason = unfit()
      return reason === undefined
        ? admission.reserveSale(ahead)
        : { admitted: false, reason, retryAfterMs: UNCHECKED_RETRY_MS }
    },
  }
}

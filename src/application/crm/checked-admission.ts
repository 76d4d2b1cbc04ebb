import type { Admission, Admitted } from './admission.port.ts'

/** What a caller is told to wait while it is not known whether the CRM is fit for sales. */
const UNCHECKED_RETRY_MS = 5_000

/**
 * Begins no sale before the CRM was seen to be fit for it: without the unique reference field a
 * repeated create would make a second record.
 *
 * @param unfit why not, or `undefined` once the check has passed
 */
export function makeCheckedAdmission(
  admission: Admission,
  unfit: () => string | undefined,
): Admission {
  return {
    closed: () => unfit() ?? admission.closed(),
    lookUp: () => admission.lookUp(),

    newSale(ahead): Admitted {
      const reason = unfit()
      return reason === undefined
        ? admission.newSale(ahead)
        : { admitted: false, reason, retryAfterMs: UNCHECKED_RETRY_MS }
    },
  }
}

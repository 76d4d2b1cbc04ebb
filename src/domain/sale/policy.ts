/** The times and terms a sale is decided by; they come from the settings. */
export type SalePolicy = {
  /** A sale not complete so long after its request is rolled back. */
  readonly deadlineMs: number
  /** How long after an unanswered create its record may still turn up in a look-up. */
  readonly settleMs: number
  /** A rollback that still fails so long after its settle time is called stuck. */
  readonly stuckAfterMs: number
  /** Days from today (UTC) to the closing date of a Deal. */
  readonly closingDays: number
}

/** The caller of a failed sale is answered at the latest so long after `CompensationRequired`. */
export const FAILED_ANSWER_AFTER_MS = 3_000

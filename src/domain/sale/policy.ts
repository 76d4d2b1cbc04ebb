/** The times that decide on a sale, from the settings of the service. */
export type SalePolicy = {
  /** Milliseconds after its request at which a sale that is not complete is rolled back. */
  readonly deadlineMs: number
  /** Milliseconds after an unanswered create in which its record may still appear. */
  readonly settleMs: number
  /** Milliseconds after settle time at which an aftermath that keeps failing is stuck. */
  readonly stuckAfterMs: number
  /** Days from today (UTC) to the closing date of a Deal. */
  readonly closingDays: number
}

/** The caller of a failed sale waits at most this long after `CompensationRequired`. */
export const FAILED_ANSWER_AFTER_MS = 3_000

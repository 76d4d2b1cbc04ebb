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

/**
 * The part of its deadline in which a new sale has to be expected to be answered, or it is turned
 * away. An expectation is an average, and sales that have just begun need more than that: this leaves
 * room for the slowest sale of a hundred to be answered in half of the deadline.
 */
const ANSWERED_IN = 0.3

/** Milliseconds in which a sale has to be expected to be answered when it begins. */
export function answerWithinMs({ deadlineMs }: Pick<SalePolicy, 'deadlineMs'>): number {
  return deadlineMs * ANSWERED_IN
}

/** The caller of a failed sale waits at most this long after `CompensationRequired`. */
export const FAILED_ANSWER_AFTER_MS = 3_000

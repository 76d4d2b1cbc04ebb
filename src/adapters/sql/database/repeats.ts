// What is tried again, and what a caller may repeat, where a database fails.

import { DatabaseFailure, isCommitInDoubt, withAppErrors } from './database-failure.ts'

/** Times that a transaction is tried, when others are in its way. */
export const CONFLICT_TRIES_MAX = 5

/**
 * Runs `work` again from its beginning when the database has rolled it back for the sake of another
 * transaction: a deadlock, or an order that cannot be (PostgreSQL's 40P01 and 40001). There is no pause:
 * the database has waited, and the other transaction goes on. `work` is one whole transaction.
 *
 * @throws {DatabaseFailure} `unavailable` after `CONFLICT_TRIES_MAX` tries; whatever else `work` throws
 */
export async function retryConflicts<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      const isConflict = error instanceof DatabaseFailure && error.kind === 'conflict'
      if (!isConflict || tries >= CONFLICT_TRIES_MAX) throw error
    }
  }
}

/**
 * `withAppErrors` for a statement or a transaction that may be done twice: the second time it changes nothing
 * more. Where nobody knows whether it is stored, its caller may repeat it, and so the code is `unavailable`, not
 * `lost`. Conflicts are retried here.
 */
export function withRepeats<T>(operation: string, work: () => Promise<T>): Promise<T> {
  return withAppErrors(operation, async () => {
    try {
      return await retryConflicts(work)
    } catch (error) {
      if (!isCommitInDoubt(error)) throw error
      throw new DatabaseFailure('unavailable', error.why, { cause: error.cause })
    }
  })
}

import { isConflict } from './postgres-errors.ts'

/** Times that a transaction is tried, when others are in its way. */
export const CONFLICT_TRIES_MAX = 5

/**
 * Runs `work` again from its beginning when the server has rolled it back for the sake of another
 * transaction: a deadlock, or an order that cannot be (40P01, 40001). There is no pause: the server
 * has waited, and the other transaction goes on. `work` is one whole transaction.
 *
 * @throws {DatabaseFailure | AppError} `unavailable` after `CONFLICT_TRIES_MAX` tries; whatever else `work` throws
 */
export async function retryConflicts<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isConflict(error) || tries >= CONFLICT_TRIES_MAX) throw error
    }
  }
}

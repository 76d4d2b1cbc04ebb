// Waiting for the lock of another process without holding up the event loop.

import { setTimeout } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'

/**
 * Milliseconds for which SQLite itself waits for another process's lock, and nothing else runs in
 * this process. Enough for most commits of others.
 */
export const BUSY_TIMEOUT_MS = 10

/** Milliseconds of a pause between two tries, in which everything else runs. */
export const BUSY_PAUSE_MS = 40

/** Tries until a lock counts as kept: about 5 s. */
export const BUSY_TRIES_MAX = 100

/** Resolves after `BUSY_PAUSE_MS`. */
export type BusyPause = () => Promise<void>

/** The pause on the clock of the system. */
export const systemPause: BusyPause = () => setTimeout(BUSY_PAUSE_MS)

/**
 * Tries again while another process holds the lock that `attempt` needs.
 *
 * @throws {SqliteError} `SQLITE_BUSY` when it still holds it at the last try; whatever else `attempt` throws
 */
export async function whenFree<Value>(attempt: () => Value, pause: BusyPause): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || tries >= BUSY_TRIES_MAX) throw error
    }
    await pause()
  }
}

/** Whether the error means that another process holds a lock. */
export function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

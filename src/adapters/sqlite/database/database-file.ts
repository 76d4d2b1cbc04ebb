import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../../../application/base/errors.ts'

/** A private database in memory rather than a file. */
export const IN_MEMORY = ':memory:'

const OWNER_ONLY = 0o600

/**
 * Makes the file and its folder where there are none. The files that SQLite puts beside it take
 * after its mode. A file that is there is left alone: closing a descriptor of it would drop the
 * locks SQLite holds on it (https://sqlite.org/howtocorrupt.html, 2.2).
 *
 * @throws {AppError} `refused` when the system does not allow it.
 */
export function ensureDatabaseFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    create(path)
  } catch (error) {
    throw new AppError('refused', 'database: the file cannot be made', { cause: error })
  }
}

function create(path: string): void {
  try {
    closeSync(openSync(path, 'wx', OWNER_ONLY))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw error
  }
}

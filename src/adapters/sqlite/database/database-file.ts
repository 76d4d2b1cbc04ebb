// The file of a database, made before SQLite opens it so that only its owner can read it.

import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../../../application/base/errors.ts'

/** The path of a private database in memory. */
export const IN_MEMORY = ':memory:'

const OWNER_ONLY = 0o600

/**
 * Makes the file, for its owner only, and its folder, where there are none. The files that SQLite
 * puts beside it get the same mode. An existing file is not opened: closing it again would drop the
 * locks that SQLite holds on it (https://sqlite.org/howtocorrupt.html, 2.2).
 *
 * @throws {AppError} `refused` when the file or its folder cannot be made.
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

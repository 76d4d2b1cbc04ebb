// The file of a database, made before SQLite opens it so that only its owner can read it.

import { closeSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { ensureFolder } from '../../disk/folders.ts'
import { unusable } from '../../disk/unusable.ts'

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
    ensureFolder(dirname(path))
    create(path)
  } catch (error) {
    throw unusable(path, error)
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

import { existsSync, realpathSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'
import { ensureDatabaseFile, IN_MEMORY } from './database-file.ts'
import { toAppError } from './sqlite-errors.ts'

/**
 * How long a start waits for the lock. Not 0: two processes that begin an exclusive transaction
 * at the same moment then refuse each other, and neither serves. It also outlasts the end of a
 * process that was just killed.
 */
const WAIT_MS = 500

/** Locks in use. A connection that nothing refers to is closed by the garbage collector. */
const held = new Set<SqliteDatabase.Database>()

/** The right to serve a database. It ends with the process, however that ends. */
export type ServingLock = { release(): void }

/** Whether a process serves the database at `path` just now. It takes no lock from anybody. */
export function isServed(path: string): boolean {
  const lockPath = existsSync(path) ? `${realpathSync(path)}-serving` : path
  if (!existsSync(lockPath)) return false
  const lock = new SqliteDatabase(lockPath, { readonly: true, timeout: 0 })
  try {
    // The exclusive lock of the one that serves keeps readers out.
    lock.prepare('select count(*) from sqlite_schema').get()
    return false
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError && error.code === 'SQLITE_BUSY') return true
    throw toAppError('look who serves', error)
  } finally {
    lock.close()
  }
}

/**
 * Takes the right to serve the database at `path`; `undefined` when another process, or this one,
 * has it. A database in memory is always one's own.
 *
 * The lock is an exclusive transaction on a small database of its own, because the system frees
 * SQLite's file locks even after SIGKILL, and no runtime needs anything native beside SQLite.
 *
 * @throws {AppError} `refused` or `lost`: the file of the lock cannot be made or opened.
 */
export function takeServingLock(path: string): ServingLock | undefined {
  if (path === IN_MEMORY) return { release() {} }
  ensureDatabaseFile(path)
  // Two names of one file share its lock.
  const lockPath = `${realpathSync(path)}-serving`
  ensureDatabaseFile(lockPath)
  let lock: SqliteDatabase.Database | undefined
  try {
    lock = new SqliteDatabase(lockPath, { timeout: WAIT_MS })
    lock.exec('begin exclusive')
  } catch (error) {
    lock?.close()
    if (error instanceof SqliteDatabase.SqliteError && error.code === 'SQLITE_BUSY') return
    throw toAppError('serve', error)
  }
  const taken = lock
  held.add(taken)
  return {
    release() {
      held.delete(taken)
      taken.close()
    },
  }
}

// The lock that lets one process at a time serve a database.

import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { errorCode } from '../../../application/base/errors.ts'
import { isBusy } from './busy-wait.ts'
import { ensureDatabaseFile, IN_MEMORY } from './database-file.ts'
import { openError } from './open-error.ts'
import { toAppError } from './sqlite-errors.ts'

/**
 * Milliseconds that a start waits for the lock. With 0, two processes that begin an exclusive
 * transaction at the same moment would refuse each other, and neither would serve. It is also time
 * enough for a process that was just killed to end.
 */
const WAIT_MS = 500

/** Locks in use. Kept here, because the garbage collector closes a connection without a reference. */
const held = new Set<SqliteDatabase.Database>()

/** The right to serve a database. It ends with the process, also when that is killed. */
export type ServingLock = { release(): void }

/** Whether a process serves the database at `path` now. Takes no lock itself. */
export function isServed(path: string): boolean {
  const lockPath = servingLockFile(path)
  if (!existsSync(lockPath)) return false
  const lock = new SqliteDatabase(lockPath, { readonly: true, timeout: 0 })
  try {
    // Reading fails while the process that serves holds its exclusive lock.
    lock.prepare('select count(*) from sqlite_schema').get()
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw toAppError('look who serves', error)
  } finally {
    lock.close()
  }
}

/**
 * Takes the right to serve the database at `path`; returns `undefined` when another process, or this
 * one, has it already. A database in memory needs no lock.
 *
 * The lock is an exclusive transaction on a small database of its own: the system frees SQLite's
 * file locks even after SIGKILL, and neither runtime needs another native module.
 *
 * @throws {AppError} `refused` or `lost`: the lock's file cannot be made or opened.
 */
export function takeServingLock(path: string): ServingLock | undefined {
  if (path === IN_MEMORY) return { release() {} }
  ensureDatabaseFile(path)
  return takeLock(path)
}

/**
 * Takes the same right for a restore, which makes no database before it knows what is to be in it.
 *
 * @throws {AppError} as `takeServingLock`
 */
export function takeRestoreLock(path: string): ServingLock | undefined {
  return takeLock(path)
}

function takeLock(path: string): ServingLock | undefined {
  const lockPath = servingLockFile(path)
  ensureDatabaseFile(lockPath)
  let lock: SqliteDatabase.Database | undefined
  try {
    lock = new SqliteDatabase(lockPath, { timeout: WAIT_MS })
    lock.exec('begin exclusive')
  } catch (error) {
    lock?.close()
    const known = openError('serve', lockPath, error)
    if (errorCode(known) === 'unavailable' && isBusy(error)) return
    throw known
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

/** The file of the lock. It is named by the real path, so that two names of one file share one lock. */
export function servingLockFile(path: string): string {
  return `${existsSync(path) ? realpathSync(path) : resolved(path)}-serving`
}

/** Where a file would be that is not there. */
function resolved(path: string): string {
  const folder = dirname(path)
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path
}

// Why a database cannot be opened, in words for who runs the gateway.

import { randomBytes } from 'node:crypto'
import { closeSync, openSync, rmSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { AppError } from '../../../application/base/errors.ts'
import { unusable } from '../../disk/unusable.ts'
import { isBusy } from './busy-wait.ts'
import { toAppError } from './sqlite-errors.ts'

/** How SQLite calls it that a file may not be opened or written. */
const NOT_ALLOWED = /^SQLITE_(CANTOPEN|READONLY|PERM)/

/** How SQLite calls it that a file system has no locks, or no memory that processes share. */
const NO_LOCKS = /^SQLITE_(PROTOCOL|NOLFS|IOERR_(\w*LOCK|SHMMAP))$/

/** How SQLite calls it that the disk is too full for the index of the write-ahead log. */
const NO_ROOM = 'SQLITE_IOERR_SHMSIZE'

/**
 * The error of an attempt to open the database at `file`, which has failed and holds no lock.
 *
 * @returns an AppError `refused` where a person can mend it; else what `toAppError` returns
 */
export function openError(operation: string, file: string, error: unknown): unknown {
  if (!(error instanceof SqliteDatabase.SqliteError)) return error
  if (NO_LOCKS.test(error.code) || (isBusy(error) && !hasLocks(path.dirname(file)))) {
    return noLocks(file, error)
  }
  if (error.code === NO_ROOM) {
    return new AppError('unavailable', `${operation}: the disk is full`, { cause: error })
  }
  if (!NOT_ALLOWED.test(error.code)) return toAppError(operation, error)
  return notAllowed(file) ?? toAppError(operation, error)
}

function noLocks(file: string, cause: unknown): AppError {
  const text = `${file} is on a file system without file locks or shared memory, as some network shares are: name a folder on a disk of this machine in DATA_DIR`
  return new AppError('refused', text, { cause })
}

/**
 * Whether a lock can be had in this folder: tried on a file of its own, which nobody else knows. A
 * system without locks answers as if another process had each of them.
 */
function hasLocks(folder: string): boolean {
  const file = path.join(folder, `.locks-${randomBytes(8).toString('hex')}`)
  let probe: SqliteDatabase.Database | undefined
  try {
    probe = new SqliteDatabase(file, { timeout: 0 })
    probe.exec('begin exclusive')
    return true
  } catch (error) {
    return !isBusy(error)
  } finally {
    probe?.close()
    rmSync(file, { force: true })
  }
}

/** The first of the files of a database that may not be opened or made. */
function notAllowed(file: string): AppError | undefined {
  for (const one of [file, `${file}-wal`, `${file}-shm`, `${file}-journal`]) {
    const problem = problemOf(one, 'r+')
    if (problem !== undefined) return problem
  }
  const beside = path.join(path.dirname(file), `.write-${randomBytes(8).toString('hex')}`)
  const problem = problemOf(beside, 'wx')
  rmSync(beside, { force: true })
  return problem && unusable(path.dirname(file), problem.cause)
}

function problemOf(file: string, flags: 'r+' | 'wx'): AppError | undefined {
  try {
    closeSync(openSync(file, flags))
    return undefined
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isMissing && flags === 'r+' ? undefined : unusable(file, error)
  }
}

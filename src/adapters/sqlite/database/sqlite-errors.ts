// The errors of SQLite as the application knows them.

import SqliteDatabase from 'better-sqlite3'
import type { AppErrorCode } from '../../../application/base/errors.ts'
import {
  DatabaseFailure,
  toAppError as failureToAppError,
} from '../../sql/database/database-failure.ts'

const FULL = 'SQLITE_FULL'

/**
 * The result codes of SQLite (https://sqlite.org/rescode.html) that are operational failures, by how
 * they begin. After FULL nothing was stored: the frame that makes a commit is written last, and it
 * did not fit. After an I/O error the commit may be there when the file is opened next. The same
 * holds for NOMEM, which can come after the frame is synced and before its index is made.
 */
const CODES: readonly (readonly [string, AppErrorCode, string])[] = [
  ['SQLITE_BUSY', 'unavailable', 'the database is busy'],
  ['SQLITE_LOCKED', 'unavailable', 'the database is busy'],
  ['SQLITE_PROTOCOL', 'unavailable', 'the database is busy'],
  [FULL, 'unavailable', 'the disk is full'],
  ['SQLITE_IOERR', 'lost', 'the disk failed'],
  ['SQLITE_NOMEM', 'lost', 'there is no memory left'],
  ['SQLITE_CORRUPT', 'lost', 'the database is damaged'],
  ['SQLITE_NOTADB', 'lost', 'the file is no database'],
  ['SQLITE_CANTOPEN', 'lost', 'the database cannot be opened'],
  ['SQLITE_READONLY', 'lost', 'the database cannot be written'],
]

/** Makes a `DatabaseFailure` of an operational failure of SQLite; returns any other error, a bug, unchanged. */
export function toFailure(error: unknown): unknown {
  if (!(error instanceof SqliteDatabase.SqliteError)) return error
  const known = CODES.find(([prefix]) => error.code.startsWith(prefix))
  if (known === undefined) return error
  const [, code, why] = known
  return new DatabaseFailure(code, why, { cause: error })
}

/** Makes an `AppError` of an operational failure of SQLite; returns any other error, a bug, unchanged. */
export function toAppError(operation: string, error: unknown): unknown {
  return failureToAppError(operation, toFailure(error))
}

/** Whether the error means that the disk is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith(FULL)
}

import SqliteDatabase from 'better-sqlite3'
import { AppError, type AppErrorCode } from '../../../application/base/errors.ts'

const FULL = 'SQLITE_FULL'

/**
 * SQLite's result codes that are no bug of ours, by how they begin
 * (https://sqlite.org/rescode.html). FULL leaves nothing behind: the frame that makes a commit is
 * the last that is written, and it did not fit. After an I/O error the commit may still be there
 * when the file is next opened; so may it after NOMEM, which can come when the frame is synced and
 * the index over it is not made yet.
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

/** The `AppError` for what SQLite threw; anything else is given back as the bug it is. */
export function toAppError(operation: string, error: unknown): unknown {
  if (!(error instanceof SqliteDatabase.SqliteError)) return error
  const known = CODES.find(([prefix]) => error.code.startsWith(prefix))
  if (known === undefined) return error
  const [, code, why] = known
  return new AppError(code, `${operation}: ${why}`, { cause: error })
}

/** Whether SQLite found no room on the disk. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith(FULL)
}

/** Runs `work`; what SQLite throws in it is thrown as an `AppError` that names `operation`. */
export async function withAppErrors<T>(operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toAppError(operation, error)
  }
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { toAppError } from '../../../../src/adapters/sqlite/database/sqlite-errors.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'

describe('toAppError', () => {
  const CODES = [
    ['SQLITE_BUSY', 'unavailable'],
    ['SQLITE_BUSY_SNAPSHOT', 'unavailable'],
    ['SQLITE_LOCKED', 'unavailable'],
    ['SQLITE_FULL', 'unavailable'],
    ['SQLITE_IOERR_FSYNC', 'lost'],
    ['SQLITE_IOERR_SHMSIZE', 'lost'],
    ['SQLITE_NOMEM', 'lost'],
    ['SQLITE_CORRUPT_INDEX', 'lost'],
    ['SQLITE_NOTADB', 'lost'],
    ['SQLITE_CANTOPEN', 'lost'],
    ['SQLITE_READONLY_DBMOVED', 'lost'],
  ] as const
  for (const [sqliteCode, code] of CODES) {
    it(`calls ${sqliteCode} ${code}, and keeps it as the cause`, () => {
      const error = new SqliteDatabase.SqliteError('what SQLite says', sqliteCode)
      const appError = toAppError('append', error)
      assert.equal(errorCode(appError), code)
      assert.ok(appError instanceof Error && appError.cause === error)
      assert.match(appError.message, /^append: /)
      assert.doesNotMatch(appError.message, /what SQLite says/)
    })
  }

  it('returns a bug unchanged', () => {
    const bugs = [
      new TypeError('no such method'),
      new SqliteDatabase.SqliteError('no such column', 'SQLITE_ERROR'),
      new SqliteDatabase.SqliteError('append only', 'SQLITE_CONSTRAINT_TRIGGER'),
    ]
    for (const bug of bugs) assert.equal(toAppError('append', bug), bug)
  })
})

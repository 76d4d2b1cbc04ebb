// A connection that reads a database and writes nothing.

import { existsSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'
import { Kysely } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import type { Database } from '../../sql/database/database.ts'
import type { Schema } from '../../sql/database/schema.ts'
import { BUSY_TIMEOUT_MS } from './busy-wait.ts'
import { immediateDialect } from './immediate-dialect.ts'
import { NO_FILES } from './open-files.ts'
import { toAppError } from './sqlite-errors.ts'
import { sqliteParts } from './sqlite-parts.ts'

const NO_ROOM = 'SQLITE_IOERR_SHMSIZE'

/**
 * Opens a database that is there, whether a gateway serves it or not.
 *
 * A connection of SQLite that may only read leaves a write-ahead log behind where there was none; one
 * that may write takes it away again. Where there is one, left by a process that died, one that may
 * write would copy it into the database when it is closed.
 *
 * @throws {AppError} `lost` or `unavailable`: there is none, or it cannot be read
 */
export function openReadOnly(path: string): Database {
  let sqlite: SqliteDatabase.Database | undefined
  try {
    const readonly = existsSync(`${path}-wal`)
    sqlite = new SqliteDatabase(path, { fileMustExist: true, readonly, timeout: BUSY_TIMEOUT_MS })
    sqlite.pragma('query_only = ON')
    // The schema comes from the file, which may be foreign: it may call no function with effects.
    sqlite.pragma('trusted_schema = OFF')
    // The first read shows whether it is a database at all.
    sqlite.prepare('select count(*) from sqlite_schema').get()
    const kysely = new Kysely<Schema>({ dialect: immediateDialect(sqlite, { onError() {} }) })
    const opened = sqlite
    return {
      ...sqliteParts(kysely),
      files: NO_FILES,
      async close() {
        await kysely.destroy()
        opened.close()
      },
    }
  } catch (error) {
    sqlite?.close()
    // SQLite needs room for an index of the write-ahead log, even to read.
    const isFull = error instanceof SqliteDatabase.SqliteError && error.code === NO_ROOM
    if (isFull) throw new AppError('unavailable', 'open: the disk is full', { cause: error })
    throw toAppError('open', error)
  }
}

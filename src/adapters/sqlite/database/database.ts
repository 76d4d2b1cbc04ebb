// The connection to the SQLite database, with the settings that every part of the service relies on.

import SqliteDatabase from 'better-sqlite3'
import { Kysely, sql } from 'kysely'
import { errorCode } from '../../../application/base/errors.ts'
import type { DatabaseFiles } from '../../../application/storage/database-files.port.ts'
import type { Database } from '../../sql/database/database.ts'
import { withAppErrors } from '../../sql/database/database-failure.ts'
import type { Schema } from '../../sql/database/schema.ts'
import { BUSY_TIMEOUT_MS, type BusyPause, isBusy, systemPause } from './busy-wait.ts'
import { ConnectionLock } from './connection-lock.ts'
import { ensureDatabaseFile, IN_MEMORY } from './database-file.ts'
import { immediateDialect } from './immediate-dialect.ts'
import { openError } from './open-error.ts'
import { NO_FILES, openFiles } from './open-files.ts'
import { isDiskFull, toAppError } from './sqlite-errors.ts'
import { sqliteParts } from './sqlite-parts.ts'

/** Milliseconds for an attempt to switch to WAL, and for the pause after a failed one. */
const WAL_RETRY_MS = 20
const WAL_ATTEMPTS_MAX = 150

/** Bytes to which the write-ahead log is cut when it is started again. It rarely needs more. */
const WAL_KEPT_BYTES = 8 * 1024 * 1024

/** The value of `PRAGMA synchronous` that means FULL. */
const SYNCHRONOUS_FULL = 2

/** Called at once when a statement fails on the disk, or a commit went into files that are no longer in
 * their place; before the error reaches its caller. */
export type DiskWatch = {
  /** The disk has no room; nothing was stored. */
  readonly onFull: () => void
  /** Nobody knows what is on disk. It may end the process, so that no answer relies on it. */
  readonly onLost: (error: unknown) => void
}

const UNWATCHED: DiskWatch = { onFull() {}, onLost() {} }

/**
 * Opens the database at `path`, and makes it where there is none; `:memory:` is a private one. It has
 * one connection. Its transactions run one after the other, and its other reads wait for them; but not
 * while a transaction waits for another process before it begins.
 *
 * @throws {AppError} `refused`, `unavailable` or `lost`: it cannot be opened.
 */
export function openDatabase(
  path: string,
  watch: DiskWatch = UNWATCHED,
  pause: BusyPause = systemPause,
): Database {
  if (path !== IN_MEMORY) ensureDatabaseFile(path)
  const { sqlite, files } = open(path)
  const onError = (error: unknown) => {
    if (isDiskFull(error)) watch.onFull()
    const known = toAppError('statement', error)
    if (errorCode(known) === 'lost') watch.onLost(known)
  }
  const lock = new ConnectionLock()
  const { moved } = files
  const dialect = immediateDialect(sqlite, { onError, moved, lock, pause })
  const kysely = new Kysely<Schema>({ dialect })
  return {
    ...sqliteParts(kysely),
    files,
    async close() {
      await kysely.connection().execute(async () => {
        // What waits for another process has begun, too.
        while (lock.hasStepped()) await lock.stepAside(pause)
        sqlite.close()
      })
      await kysely.destroy()
    },
  }
}

/**
 * Checks that commits are synced to disk. It writes first: before a first write SQLite may answer
 * with a value that changes with it.
 *
 * @throws {AppError} `unavailable` or `lost`: the database cannot be written.
 * @throws {Error} when they are not: a power cut would lose sales whose callers have their answer.
 */
export async function assertFullSync({ kysely }: Database): Promise<void> {
  await withAppErrors('assertFullSync', () =>
    kysely.transaction().execute(async (tx) => {
      const version = await pragma(tx, 'user_version')
      await sql.raw(`pragma user_version = ${version}`).execute(tx)
    }),
  )
  const synchronous = await pragma(kysely, 'synchronous')
  if (synchronous !== SYNCHRONOUS_FULL) throw new Error(`database: synchronous is ${synchronous}`)
}

/**
 * Copies the write-ahead log into the database file, and syncs it. An earlier process may have
 * stopped because a sync failed. The system then reads from memory what is not on disk, and no later
 * sync of that file writes it, so nothing that is read before this can be relied on. Where there is
 * no room for the copy, or another process prevents it, the write-ahead log stays as it is.
 *
 * @throws {AppError} `lost`: the disk failed.
 */
export async function settleWal({ kysely }: Database): Promise<void> {
  try {
    await withAppErrors('settleWal', () => sql`pragma wal_checkpoint(passive)`.execute(kysely))
  } catch (error) {
    if (errorCode(error) !== 'unavailable') throw error
  }
}

function open(path: string): {
  readonly sqlite: SqliteDatabase.Database
  readonly files: DatabaseFiles
} {
  let sqlite: SqliteDatabase.Database | undefined
  try {
    sqlite = new SqliteDatabase(path, { timeout: WAL_RETRY_MS })
    setUp(sqlite)
    if (path === IN_MEMORY) return { sqlite, files: NO_FILES }
    // The first read makes the write-ahead log, where there is none.
    sqlite.prepare('select count(*) from sqlite_schema').get()
    requireWritable(sqlite)
    return { sqlite, files: openFiles(path) }
  } catch (error) {
    sqlite?.close()
    throw openError('open', path, error)
  }
}

function setUp(sqlite: SqliteDatabase.Database): void {
  useWal(sqlite)
  sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`)
  // In WAL mode better-sqlite3 uses NORMAL unless each connection asks for FULL. With NORMAL a
  // power cut may lose the last commits.
  sqlite.pragma('synchronous = FULL')
  // After another program has read for long, the write-ahead log shrinks again to this.
  sqlite.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`)
  sqlite.pragma('foreign_keys = ON')
  // Without recursive triggers, INSERT OR REPLACE deletes a row and no delete trigger fires.
  sqlite.pragma('recursive_triggers = ON')
  // The schema comes from the file, which may be foreign: it may call no function with effects.
  sqlite.pragma('trusted_schema = OFF')
}

/**
 * Writes without changing anything, because SQLite opens a file that it may only read without a word.
 *
 * @throws {SqliteError} `SQLITE_READONLY`
 */
function requireWritable(sqlite: SqliteDatabase.Database): void {
  const version = Number(sqlite.pragma('user_version', { simple: true }))
  try {
    sqlite.exec(`begin immediate; pragma user_version = ${version}; rollback`)
  } catch (error) {
    // Who writes at this moment shows that it can be written.
    if (!isBusy(error)) throw error
  }
}

/** Retries, because SQLite does not wait here when several processes open a new file at once. */
function useWal(sqlite: SqliteDatabase.Database): void {
  for (let attempt = 1; ; attempt++) {
    try {
      sqlite.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || attempt >= WAL_ATTEMPTS_MAX) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_RETRY_MS)
    }
  }
}

async function pragma(db: Kysely<Schema>, name: 'synchronous' | 'user_version'): Promise<number> {
  const { rows } = await sql<Record<string, number>>`pragma ${sql.raw(name)}`.execute(db)
  return rows[0]?.[name] ?? 0
}

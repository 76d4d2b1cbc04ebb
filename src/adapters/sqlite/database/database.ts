import SqliteDatabase from 'better-sqlite3'
import { Kysely, sql } from 'kysely'
import { errorCode } from '../../../application/base/errors.ts'
import { ensureDatabaseFile, IN_MEMORY } from './database-file.ts'
import { immediateDialect } from './immediate-dialect.ts'
import type { Schema } from './schema.ts'
import { isDiskFull, toAppError, withAppErrors } from './sqlite-errors.ts'

/** How long a statement waits for another process's write lock before SQLITE_BUSY. */
const BUSY_TIMEOUT_MS = 5_000

/** How long an attempt to switch to WAL may take, and the pause after one that failed. */
const WAL_RETRY_MS = 20
const WAL_ATTEMPTS_MAX = 150

/** What `PRAGMA synchronous` answers for FULL. */
const SYNCHRONOUS_FULL = 2

/** One connection. Its transactions run one after the other, and other reads wait for them. */
export type Database = {
  readonly kysely: Kysely<Schema>

  /** Lets what has begun come to its end, then closes the file. */
  close(): Promise<void>
}

/** Told of what the disk does in the moment a statement meets it, before its caller is. */
export type DiskWatch = {
  /** There was no room; nothing was stored. */
  readonly onFull: () => void
  /** Nobody knows what is on disk. It may end the process: then nothing more is written or said. */
  readonly onLost: (error: unknown) => void
}

const UNWATCHED: DiskWatch = { onFull() {}, onLost() {} }

/**
 * Opens the database, and makes it where there is none; `:memory:` is a private one.
 *
 * @throws {AppError} `refused`, `unavailable` or `lost`: it cannot be opened.
 */
export function openDatabase(path: string, watch: DiskWatch = UNWATCHED): Database {
  if (path !== IN_MEMORY) ensureDatabaseFile(path)
  const sqlite = open(path)
  const onError = (error: unknown) => {
    if (isDiskFull(error)) watch.onFull()
    const known = toAppError('statement', error)
    if (errorCode(known) === 'lost') watch.onLost(known)
  }
  const kysely = new Kysely<Schema>({ dialect: immediateDialect(sqlite, onError) })
  return {
    kysely,
    async close() {
      await kysely.connection().execute(async () => sqlite.close())
      await kysely.destroy()
    },
  }
}

/**
 * Writes, then looks whether commits are synced: what is read before a first write may change
 * with it.
 *
 * @throws {AppError} `unavailable` or `lost`: it could not be written.
 * @throws {Error} when they are not: a power cut would lose sales that were answered for.
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
 * Copies what the write-ahead log holds into the database file, and syncs it. An earlier process
 * may have stopped because a sync failed; the system then reads back from memory what is not on
 * disk, and no later sync of that file writes it. So nothing may be taken for true before this.
 * Where there is no room for the copy, or another process holds it up, the log stays as it is.
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

function open(path: string): SqliteDatabase.Database {
  let sqlite: SqliteDatabase.Database | undefined
  try {
    sqlite = new SqliteDatabase(path, { timeout: WAL_RETRY_MS })
    setUp(sqlite)
    return sqlite
  } catch (error) {
    sqlite?.close()
    throw toAppError('open', error)
  }
}

function setUp(sqlite: SqliteDatabase.Database): void {
  useWal(sqlite)
  sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`)
  // In WAL mode better-sqlite3 falls back to NORMAL, which a power cut may cost the last
  // commits, unless FULL is asked for by name on each connection.
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  // Without it INSERT OR REPLACE takes a row away and no delete trigger fires.
  sqlite.pragma('recursive_triggers = ON')
  // The schema is data of the file: it may call no function that has effects.
  sqlite.pragma('trusted_schema = OFF')
}

/** Where processes open a new file at the same moment, SQLite gives up here without waiting. */
function useWal(sqlite: SqliteDatabase.Database): void {
  for (let attempt = 1; ; attempt++) {
    try {
      sqlite.pragma('journal_mode = WAL')
      return
    } catch (error) {
      const busy = error instanceof SqliteDatabase.SqliteError && error.code === 'SQLITE_BUSY'
      if (!busy || attempt >= WAL_ATTEMPTS_MAX) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_RETRY_MS)
    }
  }
}

async function pragma(db: Kysely<Schema>, name: 'synchronous' | 'user_version'): Promise<number> {
  const { rows } = await sql<Record<string, number>>`pragma ${sql.raw(name)}`.execute(db)
  return rows[0]?.[name] ?? 0
}

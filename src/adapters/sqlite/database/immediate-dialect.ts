import type SqliteDatabase from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import { type BusyPause, systemPause, whenFree } from './busy-wait.ts'
import { ConnectionLock } from './connection-lock.ts'
import { toFailure } from './sqlite-errors.ts'

/** Statements that are kept ready. One more replaces the one that was not used for the longest time. */
export const STATEMENTS_MAX = 200

/**
 * Statements that may be kept. Others are rare, and may change the schema, after which a kept
 * statement could return columns that are no longer there.
 */
const KEPT = /^\s*(?:select|insert|update|delete|with|begin|commit|rollback)\b/i

/** What the dialect needs beside the database. */
export type DialectParts = {
  /** Gets each error of a statement before the statement's caller does. */
  readonly onError: (error: unknown) => void
  /** Looks at the files after each commit. An error keeps the commit from being believed. */
  readonly moved?: () => AppError | undefined
  readonly lock?: ConnectionLock
  readonly pause?: BusyPause
}

/**
 * Kysely's SQLite dialect, with four differences: every transaction takes the write lock when it
 * begins; while another process has that lock, the others here go on using the connection; a commit
 * counts only where the files are still in their place; and a statement is prepared once, which costs
 * more than to run it.
 */
export function immediateDialect(database: SqliteDatabase.Database, parts: DialectParts): Dialect {
  const dialect = new SqliteDialect({ database })
  return {
    createAdapter: () => new OneConnectionAdapter(),
    createDriver: () => new ImmediateDriver(database, parts),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: SqliteDatabase.Database
  readonly #onError: (error: unknown) => void
  readonly #moved: () => AppError | undefined
  readonly #lock: ConnectionLock
  readonly #connection: DatabaseConnection

  constructor(database: SqliteDatabase.Database, parts: DialectParts) {
    super({ database })
    const { onError, moved = () => undefined, lock = new ConnectionLock() } = parts
    this.#database = database
    this.#onError = onError
    this.#moved = moved
    this.#lock = lock
    const pause = () => lock.stepAside(parts.pause ?? systemPause)
    this.#connection = new PreparingConnection(database, onError, pause)
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    await this.#lock.acquire()
    return this.#connection
  }

  override async releaseConnection(): Promise<void> {
    this.#lock.release()
  }

  /**
   * Takes the write lock at once. After a plain BEGIN, a transaction that reads before it writes
   * fails with SQLITE_BUSY_SNAPSHOT, whatever the busy timeout, where another process wrote in
   * between. The command line writes beside the service, so this happens.
   */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(BEGIN)
  }

  /** @throws {AppError} `lost` when it went into files that no later start would open */
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(COMMIT)
    const moved = this.#moved()
    if (moved === undefined) return
    this.#onError(moved)
    throw moved
  }

  /**
   * Rolls back, unless SQLite has done so itself, as on a full disk: a second time is an error.
   *
   * @throws {AppError} `lost` when it fails: what is read next may never be stored
   */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (!this.#database.inTransaction) return
    try {
      await connection.executeQuery(ROLLBACK)
    } catch (cause) {
      const error = new AppError('lost', 'rollback: the transaction is still open', { cause })
      this.#onError(error)
      throw error
    }
  }
}

const BEGIN = CompiledQuery.raw('begin immediate')
const COMMIT = CompiledQuery.raw('commit')
const ROLLBACK = CompiledQuery.raw('rollback')

/** Runs statements, and keeps them prepared. */
class PreparingConnection implements DatabaseConnection {
  readonly #database: SqliteDatabase.Database
  readonly #onError: (error: unknown) => void
  readonly #pause: BusyPause
  /** In the order in which they were last used. */
  readonly #kept = new Map<string, SqliteDatabase.Statement>()

  constructor(
    database: SqliteDatabase.Database,
    onError: (error: unknown) => void,
    pause: BusyPause,
  ) {
    this.#database = database
    this.#onError = onError
    this.#pause = pause
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      // A transaction has its lock already. Others could not use the connection beside it.
      if (this.#database.inTransaction) return this.#run(query)
      return await whenFree(() => this.#run<Row>(query), this.#pause)
    } catch (error) {
      this.#onError(error)
      throw toFailure(error)
    }
  }

  #run<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const statement = this.#prepared(sql)
    if (statement.reader) return { rows: statement.all(parameters) as Row[] }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] }
  }

  streamQuery(): never {
    throw new Error('queries are read in pages here: a stream would hold the only connection')
  }

  #prepared(sql: string): SqliteDatabase.Statement {
    const kept = this.#kept.get(sql)
    if (kept !== undefined) {
      this.#kept.delete(sql)
      this.#kept.set(sql, kept)
      return kept
    }
    const statement = this.#database.prepare(sql)
    if (!KEPT.test(sql)) {
      this.#kept.clear()
      return statement
    }
    this.#kept.set(sql, statement)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > STATEMENTS_MAX && oldest !== undefined) this.#kept.delete(oldest)
    return statement
  }
}

class OneConnectionAdapter extends SqliteAdapter {
  /** Lets migrations run in a transaction. Kysely forbids it, because a plain BEGIN takes no lock. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }

  /** Kysely adds no lock of its own then. It would be held through the pauses, too. */
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

import type SqliteDatabase from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from 'kysely'

/**
 * Kysely's SQLite dialect, with two differences: every transaction takes the write lock when it
 * begins, and `onError` gets each error of a statement before the statement's caller does.
 */
export function immediateDialect(
  database: SqliteDatabase.Database,
  onError: (error: unknown) => void,
): Dialect {
  const dialect = new SqliteDialect({ database })
  return {
    createAdapter: () => new TransactionalDdlAdapter(),
    createDriver: () => new ImmediateDriver(database, onError),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: SqliteDatabase.Database
  readonly #onError: (error: unknown) => void

  constructor(database: SqliteDatabase.Database, onError: (error: unknown) => void) {
    super({ database })
    this.#database = database
    this.#onError = onError
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection()
    return {
      executeQuery: async (query) => {
        try {
          return await connection.executeQuery(query)
        } catch (error) {
          this.#onError(error)
          throw error
        }
      },
      streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
    }
  }

  /**
   * Takes the write lock at once. After a plain BEGIN, a transaction that reads before it writes
   * fails with SQLITE_BUSY_SNAPSHOT, whatever the busy timeout, where another process wrote in
   * between. The command line writes beside the service, so this happens.
   */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** Rolls back, unless SQLite has done so itself, as on a full disk: a second time is an error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

/** Lets migrations run in a transaction. Kysely forbids it, because a plain BEGIN takes no lock. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

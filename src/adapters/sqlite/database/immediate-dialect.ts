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
 * Kysely's SQLite dialect, but every transaction takes the write lock when it begins, and `onError`
 * is told what a statement throws before anybody else is.
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
   * A plain BEGIN that reads before it writes fails with SQLITE_BUSY_SNAPSHOT, whatever the busy
   * timeout, where another process wrote in between: the command line writes beside the service.
   */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** After some errors, a full disk for one, SQLite has rolled back: a second time is an error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

/** SQLite can undo a CREATE TABLE; Kysely says no, because a plain BEGIN takes no lock first. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

import {
  CompiledQuery,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type TransactionSettings,
} from 'kysely'
import type pg from 'pg'
import { PostgresConnection } from './postgres-connection.ts'
import { failureOf } from './postgres-errors.ts'

/**
 * Kysely's PostgreSQL dialect, with four differences: a statement is prepared once in each connection;
 * an operational failure is a `DatabaseFailure`, which says whether something may be stored; a
 * connection that is in doubt is closed, not given back; and migrations take no lock here.
 */
export function postgresDialect(pool: pg.Pool): Dialect {
  return {
    createAdapter: () => new UnlockedAdapter(),
    createDriver: () => new PoolDriver(pool),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

/**
 * `migrate` has a lock of its own, which ends with its transaction. That of Kysely outlives a transaction that
 * failed, and giving it back hides why.
 */
class UnlockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}

  override async releaseMigrationLock(): Promise<void> {}
}

class PoolDriver implements Driver {
  readonly #pool: pg.Pool
  readonly #connections = new WeakMap<pg.PoolClient, PostgresConnection>()

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  async init(): Promise<void> {
    // A connection broke that nobody uses. The pool has closed it, and opens another when it is needed.
    this.#pool.on('error', () => {})
  }

  /** @throws {DatabaseFailure} `unavailable` or `refused` */
  async acquireConnection(): Promise<PostgresConnection> {
    const client = await this.#connect()
    const known = this.#connections.get(client)
    if (known !== undefined) return known
    const connection = new PostgresConnection(client)
    this.#connections.set(client, connection)
    return connection
  }

  async beginTransaction(
    connection: PostgresConnection,
    { isolationLevel, accessMode }: TransactionSettings,
  ): Promise<void> {
    const level = isolationLevel && `isolation level ${isolationLevel}`
    const text = ['begin', level, accessMode].filter((word) => word !== undefined).join(' ')
    await connection.begin(CompiledQuery.raw(text))
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    await connection.commit(COMMIT)
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    await connection.rollback(ROLLBACK)
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {
    await this.#pool.end()
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect()
    } catch (error) {
      throw failureOf(error) ?? error
    }
  }
}

const COMMIT = CompiledQuery.raw('commit')
const ROLLBACK = CompiledQuery.raw('rollback')

// An open database, as every store is built over it: SQLite or PostgreSQL.

import type { CompiledQuery, Expression, Kysely, Transaction } from 'kysely'
import type { DatabaseFiles } from '../../../application/storage/database-files.port.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Schema } from './schema.ts'
import type { SqlWords } from './sql-words.ts'

export type Database = {
  /** Throws `DatabaseFailure` where the database fails. */
  readonly kysely: Kysely<Schema>
  readonly words: SqlWords
  readonly logHead: LogHead

  /**
   * Milliseconds since 1970 by the database's clock, which rules the leases of all instances.
   *
   * @param own the time of who asks. It is used where the database is a file: all that open it are on one
   *   machine, whose clock it is
   */
  now(own?: EpochMs): Expression<number>

  /** Nothing to look at where the database is no file of this machine. */
  readonly files: DatabaseFiles

  /** Runs `work` while nothing protects the rows of this table, which are else only added to. */
  unguarded<T>(tx: Transaction<Schema>, table: 'tree_node', work: () => Promise<T>): Promise<T>

  /**
   * Runs these one after the other, as each sees what is stored by then, and returns the rows of each. Where the
   * database is another process they are one round trip.
   */
  askTogether(
    tx: Transaction<Schema>,
    queries: readonly [CompiledQuery, ...CompiledQuery[]],
  ): Promise<readonly (readonly unknown[])[]>

  /** Waits for the statements that have begun, then closes the connections. */
  close(): Promise<void>
}

/** How long the log is. Who adds to it locks it first, so that positions have no gaps; `LogRows` moves it. */
export type LogHead = {
  /** Reads how many events the log has. No other transaction adds to it before this one ends. */
  lock(tx: Transaction<Schema>): Promise<number>

  /** What `lock` asks, to be asked together with what may be read only then. */
  readonly locking: CompiledQuery

  /** How many events the log has, by the rows of `locking`. */
  sizeIn(rows: readonly unknown[]): number
}

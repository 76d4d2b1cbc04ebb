import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'

/** One of the two databases of a copy: open, migrated, and with nobody else who copies to it. */
export type CopyEnd = {
  readonly database: Database
  /** For people and for the log, without user and password. */
  readonly name: string

  /**
   * In a transaction it also takes the sales off a gateway whose lease is over: one that was only stopped goes on
   * with nothing when it wakes.
   *
   * @throws {AppError} `refused` where a gateway serves the database
   */
  requireStopped(db: Kysely<Schema>): Promise<void>

  /** Lets ids that the database counts itself go on after those that were copied. */
  continueIds(tx: Transaction<Schema>): Promise<void>
}

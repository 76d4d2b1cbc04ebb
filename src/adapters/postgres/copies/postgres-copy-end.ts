// A database in a PostgreSQL server as one of the two of a copy.

import { type Kysely, sql, Transaction } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import type { CopyEnd } from '../../sql/copies/copy-end.ts'
import type { Database } from '../../sql/database/database.ts'
import type { Schema } from '../../sql/database/schema.ts'
import { livingInstances, stopJoining } from '../database/living-instances.ts'
import { POSTGRES_LIMITS, type PostgresLimits } from '../database/postgres-settings.ts'

/** Who copies from or to a database holds its advisory lock of this number. */
const COPYING = 7_541_002

/** Tables whose ids the server counts, and which are copied with them. */
const COUNTED = ['outbox', 'mailed_failure'] as const

/** A long table is counted in one statement, while a transaction on the other database is open. */
export const COPY_LIMITS: PostgresLimits = {
  ...POSTGRES_LIMITS,
  statementMs: 600_000,
  transactionIdleMs: 600_000,
  answerMs: 660_000,
}

/**
 * Works while no other process copies from or to the database. The lock ends with this process.
 *
 * @throws {AppError} `refused` where another one does
 */
export async function withPostgresEnd<T>(
  database: Database,
  name: string,
  work: (end: CopyEnd) => Promise<T>,
): Promise<T> {
  return database.kysely.connection().execute(async (connection) => {
    const { rows } = await sql<{ readonly is: boolean }>`
      select pg_try_advisory_lock(${sql.lit(COPYING)}) as is
    `.execute(connection)
    if (rows[0]?.is !== true) throw new AppError('refused', `${name} is being copied already`)
    try {
      return await work({ database, name, requireStopped, continueIds })
    } finally {
      // Not awaited for its success: where it fails, the connection is gone, and the lock with it.
      await sql`select pg_advisory_unlock(${sql.lit(COPYING)})`
        .execute(connection)
        .catch(() => undefined)
    }
  })

  async function requireStopped(db: Kysely<Schema>): Promise<void> {
    const living = db instanceof Transaction ? await stopJoining(db) : await livingInstances(db)
    if (living.length === 0) return
    throw new AppError('refused', `${name} is being served by ${living.join(', ')}. Stop it first`)
  }
}

async function continueIds(tx: Transaction<Schema>): Promise<void> {
  for (const table of COUNTED) {
    const { last } = await tx
      .selectFrom(table)
      .select((eb) => eb.fn.max('id').as('last'))
      .executeTakeFirstOrThrow()
    if (last === null) continue
    await sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${last})`.execute(tx)
  }
}

/** What no other database has: the start of its server, and its name there. */
export async function identityOf({ kysely }: Database): Promise<string> {
  const { rows } = await sql<{ readonly identity: string }>`
    select pg_postmaster_start_time()::text || ' ' || current_database() as identity
  `.execute(kysely)
  return rows[0]?.identity ?? ''
}

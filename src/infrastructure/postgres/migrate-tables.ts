// The tables of a database in PostgreSQL, and who may do what with them.

import { migrations } from '../../../migrations/postgres/index.ts'
import { migrate, migrationsDone } from '../../adapters/postgres/database/migrate.ts'
import { isLocked } from '../../adapters/postgres/database/postgres-errors.ts'
import { POSTGRES_LIMITS } from '../../adapters/postgres/database/postgres-settings.ts'
import { grantedRoles, grantService } from '../../adapters/postgres/roles/grant-service.ts'
import { withAppErrors } from '../../adapters/sql/database/database-failure.ts'
import { steady } from '../../application/base/backoff.ts'
import type { Timer } from '../../application/base/clock.port.ts'
import { AppError } from '../../application/base/errors.ts'
import { patiently } from '../../application/base/patiently.ts'
import type { PostgresConfig } from '../config/database-settings.ts'
import { connectPostgres } from './connect-postgres.ts'

/**
 * Milliseconds. An index over a long log takes its time. A change that waits for who uses its table holds up all
 * who come after it, so it gives up soon, and comes again when they have had their turn.
 */
const LONG_CHANGES = {
  ...POSTGRES_LIMITS,
  statementMs: 3_600_000,
  lockMs: 2_000,
  answerMs: 3_660_000,
}

/** Milliseconds in which those who waited behind a change have their turn. */
const PAUSE_MS = 3_000

/** Times that it is tried: with the waits and the pauses two and a half minutes. */
const TRIES_MAX = 30

/** What waiting for a lock needs. */
export type LockWait = {
  readonly clock: Timer
  /** Called before each pause, with what to tell a person. */
  readonly onLocked: (text: string) => void
  /** Milliseconds of one wait for a lock, for tests. */
  readonly lockMs?: number
}

export type MigratedTables = {
  /** The migrations that the database lacked. */
  readonly made: readonly string[]
  /** The roles that have the rights of the service now. */
  readonly services: readonly string[]
}

/**
 * Makes the tables of this version, as their owner, and gives the roles of the service their rights: those that
 * had them before, because a new table has none, and the one that is named.
 *
 * @throws {AppError} as `migrate` and `grantService`; `unavailable` where others have used the tables all the time
 */
export async function migrateTables(
  config: PostgresConfig,
  service: string | undefined,
  wait: LockWait,
): Promise<MigratedTables> {
  const { lockMs = LONG_CHANGES.lockMs } = wait
  const database = connectPostgres(config, { ...LONG_CHANGES, lockMs })
  const { kysely } = database
  try {
    const before = await withAppErrors('migrate', () => migrationsDone(kysely))
    await whenFree(wait, () => migrate(database, migrations))
    const after = await withAppErrors('migrate', () => migrationsDone(kysely))
    const granted = await withAppErrors('grant', () => grantedRoles(kysely))
    const services = [...new Set([...granted, ...(service === undefined ? [] : [service])])]
    for (const role of services) await grantService(kysely, role)
    return { made: after.filter((name) => !before.includes(name)), services }
  } finally {
    await database.close()
  }
}

/** Tries again what others kept from a lock. */
async function whenFree({ clock, onLocked }: LockWait, work: () => Promise<void>): Promise<void> {
  let tries = 0
  const onFailure = () => {
    onLocked(
      `The tables are in use: tried ${tries} of ${TRIES_MAX} times, again in ${PAUSE_MS / 1_000} s`,
    )
  }
  const isRetried = (error: unknown) => isLocked(error) && tries < TRIES_MAX
  try {
    await patiently({ clock, backoff: steady(PAUSE_MS), isRetried, onFailure }, () => {
      tries += 1
      return work()
    })
  } catch (cause) {
    if (!isLocked(cause)) throw cause
    const text = `migrate: others used the tables at each of ${TRIES_MAX} tries: nothing is changed; pg_stat_activity shows long transactions`
    throw new AppError('unavailable', text, { cause })
  }
}

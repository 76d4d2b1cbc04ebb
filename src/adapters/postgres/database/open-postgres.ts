import { Kysely } from 'kysely'
import { postgresDialect } from './postgres-dialect.ts'
import { makePool, POSTGRES_LIMITS, type PostgresSettings } from './postgres-settings.ts'

/** A database in a PostgreSQL server, used by a pool of connections. */
export type PostgresDatabase<Tables> = {
  readonly kysely: Kysely<Tables>

  /** Waits for the users of connections, then closes all. */
  close(): Promise<void>
}

/** Opens no connection yet: the first statement does, and fails where that is not possible. */
export function openPostgres<Tables>(
  settings: PostgresSettings,
  limits = POSTGRES_LIMITS,
): PostgresDatabase<Tables> {
  const dialect = postgresDialect(makePool(settings, limits))
  const kysely = new Kysely<Tables>({ dialect })
  return { kysely, close: () => kysely.destroy() }
}

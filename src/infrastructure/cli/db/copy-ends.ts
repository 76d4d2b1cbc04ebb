// Opens the two databases of `db copy`, each so that nobody else serves it or copies to it meanwhile.

import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { migrations as postgresMigrations } from '../../../../migrations/postgres/index.ts'
import { migrations as sqliteMigrations } from '../../../../migrations/sqlite/index.ts'
import {
  COPY_LIMITS,
  identityOf,
  withPostgresEnd,
} from '../../../adapters/postgres/copies/postgres-copy-end.ts'
import { assertDurable } from '../../../adapters/postgres/database/assert-durable.ts'
import { migrate as migratePostgres } from '../../../adapters/postgres/database/migrate.ts'
import { openPostgresDatabase } from '../../../adapters/postgres/database/postgres-database.ts'
import type { CopyEnd } from '../../../adapters/sql/copies/copy-end.ts'
import type { Database } from '../../../adapters/sql/database/database.ts'
import { withAppErrors } from '../../../adapters/sql/database/database-failure.ts'
import { growTree } from '../../../adapters/sql/log/rows/grow-tree.ts'
import { openDatabase, settleWal } from '../../../adapters/sqlite/database/database.ts'
import { IN_MEMORY } from '../../../adapters/sqlite/database/database-file.ts'
import { migrate as migrateSqlite } from '../../../adapters/sqlite/database/migrate.ts'
import { takeServingLock } from '../../../adapters/sqlite/database/serving-lock.ts'
import { AppError } from '../../../application/base/errors.ts'
import { databasePlace, givenPostgres, type PostgresPlace } from '../../config/database-settings.ts'
import { SOFTWARE } from '../../system/software.ts'
import { ConfigError, refuseHalfRestored } from '../terminal/command-config.ts'

/** The lock, and the statements beside it. */
const CONNECTIONS = 3

/** One of the two, as it was given. */
export type GivenEnd =
  | { readonly type: 'sqlite'; readonly path: string }
  | ({ readonly type: 'postgres' } & PostgresPlace)

type OpenEnd = CopyEnd & {
  /** Equal for two names of one database. */
  readonly identity: string
}

/**
 * Reads what was given for one of the two.
 *
 * @param argument its name in the help
 * @param option that names a file with its password
 * @throws {ConfigError} with what is wrong with it
 */
export function readEnd(
  argument: 'from' | 'to',
  url: string,
  passwordFile: string | undefined,
): GivenEnd {
  const [, file = ''] = /^sqlite:(.+)$/s.exec(url) ?? []
  if (file === IN_MEMORY) throw new ConfigError([`${argument}: a database in memory has no file`])
  if (file !== '') return { type: 'sqlite', path: path.resolve(file) }
  const problems: string[] = []
  const hasPassword = (URL.parse(url)?.password ?? '') !== ''
  const setting = hasPassword ? undefined : process.env['DATABASE_PASSWORD_FILE']
  const place = givenPostgres(
    { DATABASE_URL: url, DATABASE_PASSWORD_FILE: passwordFile ?? setting },
    problems,
  )
  if (place !== undefined && problems.length === 0) return { type: 'postgres', ...place }
  if (problems.length === 0) problems.push('give sqlite: and a path, or postgres://user@host/name')
  const named = problems.map((problem) => problem.replace(/^DATABASE_URL: /, ''))
  throw new ConfigError(named.map((problem) => `${argument}: ${problem}`))
}

/** Opens both, works, and closes both. @throws {AppError} `refused` where one cannot be used for this */
export async function withEnds<T>(
  from: GivenEnd,
  to: GivenEnd,
  work: (from: CopyEnd, to: CopyEnd) => Promise<T>,
): Promise<T> {
  if (from.type === 'sqlite' && !existsSync(from.path)) {
    throw new AppError('refused', `from: there is no database at ${from.path}`)
  }
  if (from.type === 'sqlite' && to.type === 'sqlite' && isSameFile(from.path, to.path)) {
    throw sameError()
  }
  return withEnd(from, (source) =>
    withEnd(to, async (target) => {
      if (source.identity === target.identity) throw sameError()
      await growTree(source.database)
      return work(source, target)
    }),
  )
}

function isSameFile(one: string, other: string): boolean {
  return existsSync(other) && realpathSync(one) === realpathSync(other)
}

function sameError(): AppError {
  return new AppError('refused', 'from and to are the same database')
}

function withEnd<T>(given: GivenEnd, work: (end: OpenEnd) => Promise<T>): Promise<T> {
  return given.type === 'sqlite' ? withFile(given.path, work) : withServer(given, work)
}

async function withFile<T>(file: string, work: (end: OpenEnd) => Promise<T>): Promise<T> {
  refuseHalfRestored(file)
  const lock = takeServingLock(file)
  if (lock === undefined) {
    throw new AppError('refused', `${file} is being served by another process. Stop it first`)
  }
  try {
    const real = realpathSync(file)
    const database = openDatabase(real)
    try {
      await settleWal(database)
      await migrateSqlite(database, sqliteMigrations)
      const name = databasePlace({ type: 'sqlite', path: real })
      // The lock keeps others from serving it; SQLite counts ids from the highest one.
      const nothing = async () => undefined
      const end = { database, name, requireStopped: nothing, continueIds: nothing }
      return await work({ ...end, identity: name })
    } finally {
      await database.close()
    }
  } finally {
    lock.release()
  }
}

async function withServer<T>(
  { type, ...place }: GivenEnd & { readonly type: 'postgres' },
  work: (end: OpenEnd) => Promise<T>,
): Promise<T> {
  const settings = { ...place, poolMax: CONNECTIONS, applicationName: SOFTWARE }
  const database: Database = openPostgresDatabase(settings, COPY_LIMITS)
  const name = databasePlace({ type, ...place })
  try {
    return await withAppErrors(name, async () => {
      await assertDurable(database.kysely)
      await migratePostgres(database, postgresMigrations)
      const identity = await identityOf(database)
      return withPostgresEnd(database, name, (end) => work({ ...end, identity }))
    })
  } finally {
    await database.close()
  }
}

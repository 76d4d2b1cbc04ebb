// The settings of the database: a file of SQLite, or a database in a PostgreSQL server.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../application/base/errors.ts'
import { isOnThisMachine, readPostgresUrl } from './postgres-url.ts'
import type { Settings } from './settings.ts'

export type DatabaseConfig = SqliteConfig | PostgresConfig

/** `path` is `:memory:` for a database that ends with the process. */
export type SqliteConfig = { readonly type: 'sqlite'; readonly path: string }

export type PostgresConfig = PostgresPlace & {
  readonly type: 'postgres'
  /** Connections of this process at most. */
  readonly poolMax: number
  /** Milliseconds for which a process that says nothing still owns its sales. */
  readonly leaseMs: number
}

/** Where the database is, and as whom it is used. */
export type PostgresPlace = {
  /** A name, an address, or the folder of a unix socket, which begins with `/`. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password?: string
  /** With TLS the server is always verified: against `ca`, or else what the runtime knows. */
  readonly ssl: false | { readonly ca?: string; readonly rejectUnauthorized: true }
}

const POSTGRES = /^postgres(ql)?:\/\//

/** The place that is given; `undefined` where it is no PostgreSQL, or wrong. Adds what is wrong with it. */
export function givenPostgres(
  { DATABASE_URL: url, DATABASE_PASSWORD_FILE: file }: Readonly<Record<string, unknown>>,
  problems: string[],
): PostgresPlace | undefined {
  if (typeof url !== 'string' || !POSTGRES.test(url)) {
    const isFile = url === undefined || String(url).startsWith('sqlite:')
    // Without this line, a URL that was forgotten starts a new log in a file.
    if (file !== undefined && isFile) {
      problems.push(
        'DATABASE_PASSWORD_FILE: is for PostgreSQL: set DATABASE_URL to postgres://user@host/database, or leave it out',
      )
    }
    return undefined
  }
  const passwordIn = typeof file === 'string' ? givenPassword(file, problems) : undefined
  const read = readPostgresUrl(url)
  if (!read.ok) {
    problems.push(`DATABASE_URL: ${read.problem}`)
    return undefined
  }
  const { hasTls, rootCertificates, password: ofUrl, ...place } = read.server
  if (ofUrl !== '' && file !== undefined) {
    problems.push(
      'DATABASE_PASSWORD_FILE: the password is also in DATABASE_URL: take it out of the URL',
    )
  }
  const password = passwordIn ?? (ofUrl === '' ? undefined : ofUrl)
  const ca =
    rootCertificates === undefined ? undefined : givenCertificates(rootCertificates, problems)
  return {
    ...place,
    ...(password === undefined ? {} : { password }),
    ssl: hasTls && { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
  }
}

function givenPassword(file: string, problems: string[]): string | undefined {
  try {
    const password = readFileSync(file, 'utf8').trim()
    if (password !== '') return password
    problems.push('DATABASE_PASSWORD_FILE: is empty')
  } catch {
    problems.push('DATABASE_PASSWORD_FILE: cannot be read')
  }
  return undefined
}

function givenCertificates(file: string, problems: string[]): string | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
    problems.push('DATABASE_URL: the file of its sslrootcert holds no certificate in PEM')
  } catch {
    problems.push('DATABASE_URL: the file of its sslrootcert cannot be read')
  }
  return undefined
}

/** @param settings without a problem */
export function databaseConfigOf(
  settings: Settings,
  postgres: PostgresPlace | undefined,
): DatabaseConfig {
  if (postgres !== undefined) {
    const { DATABASE_POOL: poolMax, SALE_LEASE_MS: leaseMs } = settings
    return { type: 'postgres', ...postgres, poolMax, leaseMs }
  }
  const given = settings.DATABASE_URL?.slice('sqlite:'.length)
  return { type: 'sqlite', path: given ?? path.join(settings.DATA_DIR, 'gateway.db') }
}

/**
 * The file of the database.
 *
 * @param instead what to do with PostgreSQL, in words that follow a colon
 * @throws {AppError} `refused` with PostgreSQL: what asks for the file works on nothing else
 */
export function databaseFile(
  { database }: { readonly database: DatabaseConfig },
  instead = 'set it to sqlite: and a path',
): string {
  if (database.type === 'sqlite') return database.path
  const text = `this works on a file, and DATABASE_URL names PostgreSQL (${databaseName(database)}): ${instead}`
  throw new AppError('refused', text)
}

/** @throws {AppError} `refused` with SQLite, which has no roles, and makes its tables at the start */
export function requirePostgres({
  database,
}: {
  readonly database: DatabaseConfig
}): PostgresConfig {
  if (database.type === 'postgres') return database
  const text =
    'this is for PostgreSQL: set DATABASE_URL to postgres://user@host/database. A file of SQLite needs none of it'
  throw new AppError('refused', text)
}

/** The database as a person is told it, without its password. */
export function databaseName(database: DatabaseConfig): string {
  if (database.type === 'sqlite') return database.path
  return `postgres://${encodeURIComponent(database.user)}@${serverPlace(database)}`
}

/** Where a database is, as the log names it: without a user. */
export function databasePlace(
  database: SqliteConfig | ({ readonly type: 'postgres' } & PostgresPlace),
): string {
  if (database.type === 'sqlite') return `sqlite:${database.path}`
  return `postgres://${serverPlace(database)}`
}

function serverPlace({ host, port, database }: PostgresPlace): string {
  const name = encodeURIComponent(database)
  const isSocket = host.startsWith('/')
  const server = isSocket ? 'localhost' : host.includes(':') ? `[${host}]` : host
  const socket = isSocket ? `?host=${host}` : ''
  return `${server}:${port}/${name}${socket}`
}

/** What somebody may not have meant; `undefined` where there is nothing of the kind. */
export function databaseWarning(database: DatabaseConfig): string | undefined {
  if (database.type === 'sqlite' || database.ssl !== false) return undefined
  if (isOnThisMachine(database.host)) return undefined
  return 'DATABASE_URL says sslmode=disable: who can read or change the traffic to the database has the log and the sales. Use it in a private network only'
}

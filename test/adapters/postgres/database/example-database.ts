// A database of its own for a test of the dialect, with short limits.

import assert from 'node:assert/strict'
import { type Kysely, sql } from 'kysely'
import {
  openPostgres,
  type PostgresDatabase,
} from '../../../../src/adapters/postgres/database/open-postgres.ts'
import {
  POSTGRES_LIMITS,
  type PostgresLimits,
  type PostgresSettings,
} from '../../../../src/adapters/postgres/database/postgres-settings.ts'
import { DatabaseFailure } from '../../../../src/adapters/sql/database/database-failure.ts'
import type { AppErrorCode } from '../../../../src/application/base/errors.ts'
import { sharedPostgres } from '../../../support/postgres/test-postgres.ts'

export type Tables = { one: { a: number; t: string | null } }

export type Example = PostgresDatabase<Tables> & AsyncDisposable

/** The settings for a database that a URL of a test's server names. */
export function settingsOf(url: string): PostgresSettings {
  const { hostname, port, pathname, username } = new URL(url)
  return {
    host: hostname,
    port: Number(port),
    database: pathname.slice(1),
    user: username,
    ssl: false,
    poolMax: 3,
    applicationName: 'dialect-test',
  }
}

let own: Promise<string> | undefined

/** The URL of the one database of this test file. */
export function exampleUrl(): Promise<string> {
  own ??= sharedPostgres().then((server) => server.newDatabase())
  return own
}

/** Opens that database until the end of the test. */
export async function open(
  settings: Partial<PostgresSettings> = {},
  limits: Partial<PostgresLimits> = {},
): Promise<Example> {
  return openAt(await exampleUrl(), settings, limits)
}

/** Opens the database at a URL until the end of the test. */
export function openAt(
  url: string,
  settings: Partial<PostgresSettings> = {},
  limits: Partial<PostgresLimits> = {},
): Example {
  const known = { ...settingsOf(url), ...settings }
  const opened = openPostgres<Tables>(known, { ...POSTGRES_LIMITS, ...limits })
  return { ...opened, [Symbol.asyncDispose]: opened.close }
}

/** Makes the table `one` anew, with no row. */
export async function emptyTable({ kysely }: PostgresDatabase<Tables>): Promise<void> {
  await sql`drop table if exists one; create table one (a bigint unique, t text)`.execute(kysely)
}

/** The number of the server's process that works for this connection. */
export async function backendOf(kysely: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(kysely)
  return rows[0]?.pid ?? 0
}

/** What the table holds. */
export async function stored({ kysely }: PostgresDatabase<Tables>): Promise<readonly number[]> {
  const rows = await kysely.selectFrom('one').select('a').orderBy('a').execute()
  return rows.map(({ a }) => a)
}

/** Waits, in the server, until `condition` is true. */
export async function until(kysely: Kysely<Tables>, condition: string): Promise<void> {
  const wait = `do $$ begin while not (${condition})
    loop perform pg_sleep(0.01), pg_stat_clear_snapshot(); end loop; end $$`
  await sql.raw(wait).execute(kysely)
}

/** Makes the check that an error is a failure with this code, for this reason. */
export function failure(code: AppErrorCode, why: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof DatabaseFailure, String(error))
    assert.equal(error.code, code)
    assert.match(error.why, why)
    return true
  }
}

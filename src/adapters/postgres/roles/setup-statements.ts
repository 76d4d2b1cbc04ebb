// What an administrator of PostgreSQL makes for the gateway: two roles, and a database of theirs.

import { type Kysely, sql } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import { withAppErrors } from '../../sql/database/database-failure.ts'

/** Names of small letters, digits and underscores. */
export type SetupNames = {
  readonly owner: string
  readonly service: string
  readonly database: string
}

type Kind = 'role' | 'database'

export type SetupStatement = {
  readonly text: string
  /** What it makes, where it makes something. */
  readonly makes?: { readonly kind: Kind; readonly name: string }
}

/** `server_version_num` of the oldest version: before it, every role may make tables in `public`. */
export const OLDEST_VERSION = 150_000

/**
 * The statements, for a connection to any other database. The administrator may be no superuser: to make a
 * database for the owner, it is a member of that role meanwhile.
 */
export function setupStatements({
  owner,
  service,
  database,
}: SetupNames): readonly SetupStatement[] {
  return [
    { text: `create role "${owner}" login`, makes: { kind: 'role', name: owner } },
    { text: `create role "${service}" login`, makes: { kind: 'role', name: service } },
    { text: `grant "${owner}" to current_user` },
    {
      text: `create database "${database}" owner "${owner}" template template0 encoding 'UTF8'`,
      makes: { kind: 'database', name: database },
    },
    { text: `revoke all on database "${database}" from public` },
    { text: `grant connect on database "${database}" to "${service}"` },
    { text: `revoke "${owner}" from current_user` },
  ]
}

/**
 * Runs the statements, but for those that make what is there.
 *
 * @returns the names of what was made
 * @throws {AppError} `refused` for an older server, or where the role may not do this; `unavailable`
 */
export function runSetup<Tables>(
  kysely: Kysely<Tables>,
  names: SetupNames,
): Promise<readonly string[]> {
  return withAppErrors('set up', async () => {
    if ((await versionOf(kysely)) < OLDEST_VERSION) {
      throw new AppError('refused', 'set up: PostgreSQL 15 or later is needed')
    }
    const made: string[] = []
    for (const { text, makes } of setupStatements(names)) {
      if (makes !== undefined && (await isThere(kysely, makes.kind, makes.name))) continue
      await sql.raw(text).execute(kysely)
      if (makes !== undefined) made.push(`${makes.kind} ${makes.name}`)
    }
    return made
  })
}

/** The version of the server, such as 150008 for 15.8. */
export async function versionOf<Tables>(kysely: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ readonly version: number }>`
    select current_setting('server_version_num')::int as version
  `.execute(kysely)
  return rows[0]?.version ?? 0
}

async function isThere<Tables>(kysely: Kysely<Tables>, kind: Kind, name: string): Promise<boolean> {
  const found =
    kind === 'role'
      ? sql`select from pg_roles where rolname = ${name}`
      : sql`select from pg_database where datname = ${name}`
  return (await found.execute(kysely)).rows.length > 0
}

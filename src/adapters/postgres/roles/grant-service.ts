// What the role of the service may do with the tables, which belong to another role.

import { type Kysely, sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE } from 'kysely/migration'
import { AppError } from '../../../application/base/errors.ts'
import { withAppErrors } from '../../sql/database/database-failure.ts'
import type { Schema } from '../../sql/database/schema.ts'

export type Right = 'insert' | 'update' | 'delete'

/** Of the role of the service, beside reading. What the log is made of is only added to. */
export const RIGHTS: Readonly<Record<keyof Schema | 'log_head', readonly Right[]>> = {
  event: ['insert'],
  tree_node: ['insert'],
  checkpoint: ['insert'],
  log_head: ['update'],
  sale: ['insert', 'update'],
  idempotency_claim: ['insert', 'update', 'delete'],
  outbox: ['insert', 'update'],
  mailed_failure: ['insert'],
  api_key: ['insert', 'update'],
  token_shelf: ['update'],
  crm_mark: ['insert'],
  // A mark only holds sales back, and none is taken away.
  copy_mark: ['insert'],
  unfinished_copy: [],
  instance: ['insert', 'update', 'delete'],
  place_turn: ['update'],
  place_lot: ['insert', 'update', 'delete'],
  duty: ['insert', 'update'],
  key_bucket: ['insert', 'update'],
}

const OTHER_OWNER =
  "grant: the tables belong to another role: run gateway db migrate with the owner's URL"

/** A start reads which migrations the database has had. */
const GRANTS = [...Object.entries(RIGHTS), [DEFAULT_MIGRATION_TABLE, []]] as const

/**
 * Gives a role the rights that `serve` and the commands beside it need, and takes all others that it was
 * given on these tables. To be called by their owner, after each migration. A role that owns the tables, or
 * is a superuser, is held by no right.
 *
 * @throws {AppError} `refused` where there are no tables yet, they belong to another role than the caller's,
 *   or no right would hold this role
 */
export async function grantService(kysely: Kysely<Schema>, role: string): Promise<void> {
  const service = sql.id(role)
  await withAppErrors('grant', () =>
    kysely.transaction().execute(async (tx) => {
      const { schema, isOwner } = await readOwner(tx)
      // PostgreSQL only warns of it, and grants nothing.
      if (!isOwner) throw new AppError('refused', OTHER_OWNER)
      await requireHeld(tx, role)
      await sql`grant usage on schema ${sql.id(schema)} to ${service}`.execute(tx)
      for (const [name, rights] of GRANTS) {
        const table = sql.table(name)
        await sql`revoke all on ${table} from ${service}`.execute(tx)
        await sql`grant ${sql.raw(['select', ...rights].join(', '))} on ${table} to ${service}`.execute(
          tx,
        )
      }
    }),
  )
}

/** The roles beside the owner that may add events: those that were granted before. */
export async function grantedRoles(kysely: Kysely<Schema>): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly role: string }>`
    select grantee::regrole::name as role
    from pg_class cross join lateral aclexplode(relacl)
    where oid = to_regclass('event') and privilege_type = 'INSERT' and grantee not in (0, relowner)
    order by 1
  `.execute(kysely)
  return rows.map(({ role }) => role)
}

/** A role that owns the tables, or may become their owner, would have none of its rights taken. */
async function requireHeld(tx: Kysely<Schema>, role: string): Promise<void> {
  const { rows } = await sql<{ readonly isOwner: boolean }>`
    select pg_has_role(pg_roles.oid, relowner, 'member') as "isOwner"
    from pg_roles cross join pg_class where rolname = ${role} and pg_class.oid = to_regclass('event')
  `.execute(tx)
  const [found] = rows
  if (found === undefined) {
    throw new AppError('refused', `grant: there is no role ${role}: gateway db setup makes it`)
  }
  if (!found.isOwner) return
  const text = `grant: the role ${role} owns the tables, or may become their owner: no right would keep it from changing the log`
  throw new AppError('refused', text)
}

async function readOwner(
  tx: Kysely<Schema>,
): Promise<{ readonly schema: string; readonly isOwner: boolean }> {
  const { rows } = await sql<{ readonly schema: string; readonly isOwner: boolean }>`
    select relnamespace::regnamespace::name as schema, pg_has_role(relowner, 'usage') as "isOwner"
    from pg_class where oid = to_regclass('event')
  `.execute(tx)
  const [owner] = rows
  if (owner === undefined) throw new AppError('refused', 'grant: the database has no tables yet')
  return owner
}

import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../sql/database/schema.ts'
import { RIGHTS } from './grant-service.ts'

/** What nobody does to the log. */
const CHANGES = ['update', 'delete', 'truncate'] as const

const OF_LOG = ['event', 'tree_node', 'checkpoint'] as const

/** What a role may do with the tables, such as `insert event`. */
export type FoundRights = {
  readonly role: string
  /** What the service needs, and this role may not. */
  readonly lacks: readonly string[]
  /** What would change the log, and this role may. */
  readonly beyond: readonly string[]
}

/** Compares the rights of the role that is signed in with those of the service. */
export async function readRights(kysely: Kysely<Schema>): Promise<FoundRights> {
  const needed = Object.entries(RIGHTS).flatMap(([table, rights]) =>
    ['select', ...rights].map((right) => ({ table, right })),
  )
  const changing = OF_LOG.flatMap((table) => CHANGES.map((right) => ({ table, right })))
  const asked = [...needed, ...changing]
  const { rows } = await sql<{ readonly role: string; readonly has: boolean }>`
    select current_user::text as role, has_table_privilege(name, privilege) as has
    from unnest(
      cast(${asked.map(({ table }) => table)} as text[]), cast(${asked.map(({ right }) => right)} as text[])
    ) with ordinality as asked(name, privilege, place) order by place
  `.execute(kysely)
  const told = (has: boolean, from: number, to?: number) =>
    asked
      .slice(from, to)
      .flatMap(({ table, right }, index) =>
        rows[from + index]?.has === has ? [`${right} ${table}`] : [],
      )
  return {
    role: rows[0]?.role ?? '',
    lacks: told(false, 0, needed.length),
    beyond: told(true, needed.length),
  }
}

// How PostgreSQL says what the two databases say differently. An expression stands as in its index: for any
// other words the planner reads the whole table. `event_member` is a function of the first migration.

import { sql } from 'kysely'
import type { MemberPath, SqlWords } from '../../sql/database/sql-words.ts'
import { storable } from './storable-text.ts'

export const POSTGRES_WORDS: SqlWords = {
  member,
  memberOfAny: member,

  recordId: sql`case type
      when 'DealCreated' then event_member(body, 'data', 'dealId')
      when 'QuoteCreated' then event_member(body, 'data', 'quoteId')
      when 'SalesOrderCreated' then event_member(body, 'data', 'salesOrderId')
      else event_member(body, 'data', 'id')
    end`,

  memberHolds: (path, text) => sql`jsonb_exists(cast(${member(path)} as jsonb), ${text})`,

  listOf: (texts) => sql`(select unnest(cast(${texts} as text[])))`,

  rowsAsOne: {
    textOf: (rows) => JSON.stringify(rows, asJson),
    select: (table, columns, text) => {
      const names = sql.join(columns.map((name) => sql.ref(name)))
      return sql`select ${names} from json_populate_recordset(null::${sql.table(table)}, ${text})`
    },
  },

  skipLocked: sql`for update skip locked`,

  // The planner has its own statistics, and cannot be told.
  indexedBy: () => sql``,
}

/** A value of a row as `json_populate_recordset` reads it: JSON has no bytes. */
function asJson(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  // As it is in the row: `value` is what its `toJSON` has made of it.
  const own = this[name]
  if (own instanceof Uint8Array) return `\\x${Buffer.from(own).toString('hex')}`
  return typeof value === 'string' ? storable(value).toWellFormed() : value
}

function member(path: MemberPath, table?: 'event') {
  const body = sql.raw(table === undefined ? 'body' : 'event.body')
  const names = path.map((name) => sql.lit(name))
  return sql<string | null>`event_member(${body}, ${sql.join(names)})`
}

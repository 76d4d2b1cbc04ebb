// How SQLite says what the two databases say differently. An expression stands as in its index: for any
// other words the planner reads the whole table.

import { sql } from 'kysely'
import type { MemberPath, SqlWords } from '../../sql/database/sql-words.ts'

export const SQLITE_WORDS: SqlWords = {
  member: (path, table) => sql`${bodyOf(table)} ->> ${pathOf(path)}`,

  memberOfAny: (path, table) =>
    sql`case when json_valid(${bodyOf(table)}) then ${bodyOf(table)} ->> ${pathOf(path)} end`,

  recordId: sql`case when json_valid(body) then case type
      when 'DealCreated' then body ->> '$.data.dealId'
      when 'QuoteCreated' then body ->> '$.data.quoteId'
      when 'SalesOrderCreated' then body ->> '$.data.salesOrderId'
      else body ->> '$.data.id'
    end end`,

  memberHolds: (path, text) =>
    sql`case when json_valid(body) then exists (
      select 1 from json_each(event.body, ${pathOf(path)}) where value = ${text}
    ) end`,

  listOf: (texts) => sql`(select value from json_each(${JSON.stringify(texts)}))`,

  // Every transaction here holds the write lock from its beginning.
  skipLocked: sql``,

  indexedBy: (name) => sql`indexed by ${sql.ref(name)}`,
}

function bodyOf(table: 'event' | undefined) {
  return sql.raw(table === undefined ? 'body' : 'event.body')
}

/** A literal: no index has a parameter in its expression. */
function pathOf(path: MemberPath) {
  return sql.lit(`$.${path.join('.')}`)
}

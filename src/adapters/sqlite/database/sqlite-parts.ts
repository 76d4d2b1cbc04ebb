// What a SQLite database gives to the stores beside its connection.

import { type Kysely, sql, type Transaction } from 'kysely'
import type { Database, LogHead } from '../../sql/database/database.ts'
import { prepareQuery } from '../../sql/database/prepared-query.ts'
import type { Schema } from '../../sql/database/schema.ts'
import { SQLITE_WORDS } from './sqlite-words.ts'

const NOW = sql<number>`cast(unixepoch('subsec') * 1000 as integer)`

export function sqliteParts(
  kysely: Kysely<Schema>,
): Pick<Database, 'kysely' | 'words' | 'logHead' | 'now' | 'unguarded' | 'askTogether'> {
  const now: Database['now'] = (own) => (own === undefined ? NOW : sql<number>`${own}`)
  const logHead = logHeadOf(kysely)
  return { kysely, words: SQLITE_WORDS, logHead, now, unguarded, askTogether }
}

/** Every transaction here holds the write lock from its beginning, so there is nothing else to lock. */
function logHeadOf(kysely: Kysely<Schema>): LogHead {
  const lastOfLog = prepareQuery(kysely, (db, _: object) =>
    db.selectFrom('event').select((eb) => eb.fn.max('position').as('last')),
  )
  const sizeIn = (rows: readonly unknown[]) => {
    const [end] = rows as readonly { readonly last: number | null }[]
    return end?.last ?? 0
  }
  return {
    lock: async (tx) => sizeIn((await lastOfLog(tx, {})).rows),
    locking: lastOfLog.bound({}),
    sizeIn,
  }
}

const askTogether: Database['askTogether'] = async (tx, queries) => {
  const answers: (readonly unknown[])[] = []
  for (const query of queries) answers.push((await tx.executeQuery(query)).rows)
  return answers
}

/** Takes the triggers of the table away, and puts them back as they were. */
async function unguarded<T>(
  tx: Transaction<Schema>,
  table: 'tree_node',
  work: () => Promise<T>,
): Promise<T> {
  const { rows: triggers } = await sql<{ readonly name: string; readonly sql: string }>`
    select name, sql from sqlite_schema where type = 'trigger' and tbl_name = ${table}
  `.execute(tx)
  for (const { name } of triggers) await sql`drop trigger ${sql.ref(name)}`.execute(tx)
  const result = await work()
  for (const trigger of triggers) await sql.raw(trigger.sql).execute(tx)
  return result
}

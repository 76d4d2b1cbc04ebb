// What a PostgreSQL database gives to the stores beside its connections.

import { type Kysely, sql, type Transaction } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import type { Database, LogHead } from '../../sql/database/database.ts'
import { asOne, prepareQuery } from '../../sql/database/prepared-query.ts'
import type { Schema } from '../../sql/database/schema.ts'
import { POSTGRES_WORDS } from './postgres-words.ts'

/** Of the moment, and not of the transaction's begin: it may have waited for a lock since. */
const NOW = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`

export function postgresParts(
  kysely: Kysely<Schema>,
): Pick<Database, 'kysely' | 'words' | 'logHead' | 'now' | 'unguarded' | 'askTogether'> {
  const logHead = logHeadOf(kysely)
  return { kysely, words: POSTGRES_WORDS, logHead, now: () => NOW, unguarded, askTogether }
}

/** The one row of the table `log_head`. Whoever adds to the log holds its lock until the commit. */
function logHeadOf(kysely: Kysely<Schema>): LogHead {
  const lock = prepareQuery(kysely, (db, _: object) =>
    db.selectFrom('log_head').select('size').forUpdate(),
  )
  const sizeIn = (rows: readonly unknown[]) => {
    const [head] = rows as readonly { readonly size: number }[]
    if (head !== undefined) return head.size
    throw new AppError('unreadable', 'the database has no head of the log')
  }
  return {
    lock: async (tx) => sizeIn((await lock(tx, {})).rows),
    locking: lock.bound({}),
    sizeIn,
  }
}

const askTogether: Database['askTogether'] = async (tx, queries) =>
  // As the connection answers such a query.
  (await tx.executeQuery(asOne(queries))).rows as unknown as readonly (readonly unknown[])[]

/** Only the owner of the table may do this; the role of the service may not. */
async function unguarded<T>(
  tx: Transaction<Schema>,
  table: 'tree_node',
  work: () => Promise<T>,
): Promise<T> {
  await sql`alter table ${sql.table(table)} disable trigger user`.execute(tx)
  const result = await work()
  await sql`alter table ${sql.table(table)} enable trigger user`.execute(tx)
  return result
}

// Whether the log of a database may go on in it: not while it is being copied there, nor after it was moved away.

import type { Kysely } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import type { LogMoved } from '../../../application/log/service-events.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import type { Schema } from '../database/schema.ts'
import { decodeRecord } from '../log/rows/event-codec.ts'

/** What was last recorded of a move of the log to another database. */
export type LastMove = LogMoved['data'] & { readonly position: number }

/** Why nothing may be added to the log here, and what to do about it: two halves of one sentence. */
export type NotServable = { readonly why: string; readonly remedy: string }

/**
 * Refuses a database in which nothing may be added to the log. Costs two look-ups.
 *
 * @throws {AppError} `refused`, in one line, with what to do
 */
export async function requireServable({ kysely }: Pick<Database, 'kysely'>): Promise<void> {
  const found = await whyNotServable(kysely)
  if (found !== undefined) throw new AppError('refused', `${found.why}: ${found.remedy}`)
}

/** `undefined` where the log may go on. */
export function whyNotServable(db: Kysely<Schema>): Promise<NotServable | undefined> {
  return withAppErrors('open database', async () => {
    const copy = await unfinishedCopy(db)
    if (copy !== undefined) {
      const why = `this database is an unfinished copy of ${copy.source}`
      const remedy = 'give the same "gateway db copy" once more, which does the rest of it'
      return { why, remedy }
    }
    const moved = await lastMove(db)
    if (moved === undefined) return undefined
    const why = `the log of this database was moved to ${moved.to}, and goes on there`
    return { why, remedy: 'set DATABASE_URL to it' }
  })
}

/** The copy that was begun into this database, and not yet compared as a whole. */
export async function unfinishedCopy(
  db: Kysely<Schema>,
): Promise<{ readonly source: string } | undefined> {
  return db.selectFrom('unfinished_copy').select('source').executeTakeFirst()
}

/** The last event of the log, where that says that the log goes on elsewhere. */
export async function lastMove(db: Kysely<Schema>): Promise<LastMove | undefined> {
  const last = await db
    .selectFrom('event')
    .select(['position', 'type', 'body'])
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last?.type !== 'LogMoved') return undefined
  return { ...(decodeRecord(last).data as LogMoved['data']), position: last.position }
}

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

/**
 * Refuses a database in which nothing may be added to the log. Costs two look-ups.
 *
 * @throws {AppError} `refused`, in one line, with what to do
 */
export async function requireServable({ kysely }: Pick<Database, 'kysely'>): Promise<void> {
  await withAppErrors('open database', async () => {
    const copy = await unfinishedCopy(kysely)
    if (copy !== undefined) throw new AppError('refused', unfinishedText(copy.source))
    const moved = await lastMove(kysely)
    if (moved === undefined) return
    const text = `the log of this database was moved to ${moved.to}, and goes on there: set DATABASE_URL to it`
    throw new AppError('refused', text)
  })
}

/** @param source the database that is copied */
function unfinishedText(source: string): string {
  return `this database is an unfinished copy of ${source}: give the same "gateway db copy" once more, which does the rest of it`
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

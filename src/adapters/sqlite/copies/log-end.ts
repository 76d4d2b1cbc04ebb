// What a log holds, and where it ends: of a copy, or of a database that a copy is to replace.

import { type Kysely, sql } from 'kysely'
import { parseCheckpoint, type SignedCheckpoint } from '../../../domain/log/checkpoint.ts'
import { withAppErrors } from '../../sql/database/database-failure.ts'
import type { Schema } from '../../sql/database/schema.ts'
import { openReadOnly } from '../database/read-only.ts'

export type LogEnd = {
  readonly events: number
  /** Of the last event; 0 in an empty log. */
  readonly position: number
  /** The newest one in the log; `undefined` where there is none, or it is not readable. */
  readonly checkpoint: SignedCheckpoint | undefined
}

/** Reads the end of a log of this version, or of an older one. */
export function readLogEnd(kysely: Kysely<Schema>): Promise<LogEnd> {
  return withAppErrors('end of the log', async () => {
    const tables = await sql<{ readonly name: string }>`
      select name from sqlite_schema where type = 'table' and name in ('event', 'checkpoint')
    `.execute(kysely)
    const has = (table: string) => tables.rows.some(({ name }) => name === table)
    if (!has('event')) return { events: 0, position: 0, checkpoint: undefined }
    const { events, last } = await kysely
      .selectFrom('event')
      .select((eb) => [eb.fn.countAll<number>().as('events'), eb.fn.max('position').as('last')])
      .executeTakeFirstOrThrow()
    const newest = has('checkpoint')
      ? await kysely
          .selectFrom('checkpoint')
          .select('note')
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirst()
      : undefined
    const checkpoint = newest && parseCheckpoint(newest.note)?.checkpoint
    return { events, position: last ?? 0, checkpoint }
  })
}

/** The same of the database at `path`, without changing it. @throws {AppError} where it cannot be read */
export async function readLogEndAt(path: string): Promise<LogEnd> {
  const database = openReadOnly(path)
  try {
    return await readLogEnd(database.kysely)
  } finally {
    await database.close()
  }
}

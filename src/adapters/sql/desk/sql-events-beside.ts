// Reads the events that belong to no sale, type by type, from one index. The expression of the time stands as
// in migration 015: for any other words the planner reads every event.

import { type Kysely, type RawBuilder, sql } from 'kysely'
import type {
  CheckpointPlace,
  EventPlace,
  EventsAsked,
  EventsBeside,
  PlacedEvent,
  ReadingFrom,
  StoredCheckpoint,
} from '../../../application/desk/events-beside.port.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import type { Schema } from '../database/schema.ts'
import type { SqlWords } from '../database/sql-words.ts'

export function makeSqlEventsBeside({ kysely, words }: Database): EventsBeside {
  return {
    read: (asked, from, limit) =>
      withAppErrors('events of no sale', () => read(kysely, words, asked, from, limit)),
    readCheckpoints: (asked, from, limit) =>
      withAppErrors('checkpoints', () => readCheckpoints(kysely, asked, from, limit)),
    lastLook: (keyId, day) => withAppErrors('last look', () => lastLook(kysely, words, keyId, day)),
  }
}

async function read(
  kysely: Kysely<Schema>,
  words: SqlWords,
  { types, from, to }: EventsAsked,
  { towards, than }: ReadingFrom<EventPlace>,
  limit: number,
): Promise<readonly PlacedEvent[]> {
  if (types.length === 0) return []
  const { past, order } = DIRECTIONS[towards]
  const at = sql`coalesce(${words.memberOfAny(['at'])}, '')`
  const bounds = [
    from === undefined ? sql`` : sql`and ${at} >= ${isoOf(from)}`,
    to === undefined ? sql`` : sql`and ${at} < ${isoOf(to)}`,
    // The first condition is for the index, the second one for events of the same time.
    than === undefined
      ? sql``
      : sql`and ${at} ${past}= ${than.at} and (${at} ${past} ${than.at} or position ${past} ${than.position})`,
  ]
  // Each type is read by itself, no further than the page goes: an index holds one order only.
  const ofType = (type: string) => sql`
    select * from (
      select position, type, ${at} as at, body from event
      where sale_id is null and type = ${type} ${sql.join(bounds, sql` `)}
      order by ${at} ${order}, position ${order} limit ${limit}
    ) as of_type
  `
  const { rows } = await sql<Omit<PlacedEvent, 'body'> & { readonly body: string }>`
    ${sql.join(types.map(ofType), sql` union all `)}
    order by at ${order}, position ${order} limit ${limit}
  `.execute(kysely)
  return rows.map((row) => ({ ...row, body: Buffer.from(row.body) }))
}

async function readCheckpoints(
  kysely: Kysely<Schema>,
  { from, to }: Pick<EventsAsked, 'from' | 'to'>,
  { towards, than }: ReadingFrom<CheckpointPlace>,
  limit: number,
): Promise<readonly StoredCheckpoint[]> {
  const { past, order } = DIRECTIONS[towards]
  const bounds = [
    from === undefined ? sql`` : sql`and at >= ${from}`,
    to === undefined ? sql`` : sql`and at < ${to}`,
    than === undefined
      ? sql``
      : sql`and at ${past}= ${than.at} and (at ${past} ${than.at} or number ${past} ${than.number})`,
  ]
  const { rows } = await sql<StoredCheckpoint>`
    select number, at, size, note from checkpoint
    where true ${sql.join(bounds, sql` `)}
    order by at ${order}, number ${order} limit ${limit}
  `.execute(kysely)
  return rows
}

/** The conditions stand as in the index of migration 009. */
async function lastLook(
  kysely: Kysely<Schema>,
  words: SqlWords,
  keyId: string,
  day: string,
): Promise<EventPlace | undefined> {
  const { rows } = await sql<EventPlace>`
    select position, ${words.member(['at'])} as at from event
    where type = 'AuditorLooked'
    and ${words.member(['actor', 'keyId'])} = ${keyId} and ${words.member(['data', 'day'])} < ${day}
    order by ${words.member(['data', 'day'])} desc limit 1
  `.execute(kysely)
  return rows[0]
}

const DIRECTIONS: Readonly<
  Record<
    'older' | 'newer',
    { readonly past: RawBuilder<unknown>; readonly order: RawBuilder<unknown> }
  >
> = {
  older: { past: sql.raw('<'), order: sql.raw('desc') },
  newer: { past: sql.raw('>'), order: sql.raw('asc') },
}

function isoOf(at: number): string {
  return new Date(at).toISOString()
}

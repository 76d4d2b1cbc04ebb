import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type {
  EvidenceLog,
  StoredEvent,
} from '../../../application/evidence/bundle/evidence-log.port.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import type { Schema } from '../database/schema.ts'
import type { SqlWords } from '../database/sql-words.ts'

/** Reads events and checkpoints for a bundle of evidence, by their exact bytes. */
export function makeSqlEvidenceLog({ kysely, words }: Database): EvidenceLog {
  return {
    ofSale(saleId) {
      return withAppErrors('events of a sale', async () => {
        const rows = await kysely
          .selectFrom('event')
          .select(['position', 'body'])
          .where('sale_id', '=', saleId)
          .orderBy('sequence')
          .execute()
        return rows.map(toStored)
      })
    },

    naming(saleId) {
      return withAppErrors('events that name a sale', async () => {
        // The key of the table finds the events of no sale; the whole log is not read.
        const { rows } = await sql<{ readonly position: number; readonly body: string }>`
          select position, body from event
          where sale_id is null
          and type in (
            'MailSent', 'SaleResumeRequested', 'SaleUnreadable', 'AuditExported', 'OrphanDeleted',
            'OrphanDeleteFailed'
          )
          and (
            ${words.memberOfAny(['data', 'saleId'])} = ${saleId}
            or ${words.memberHolds(['data', 'saleIds'], saleId)}
          )
          order by position
        `.execute(kysely)
        return rows.map(toStored)
      })
    },

    span(from, to) {
      return withAppErrors('span of time', () => spanOf(kysely, words, isoOf(from), isoOf(to)))
    },

    checkpoints(after, size, limit) {
      return withAppErrors('checkpoints', () =>
        kysely
          .selectFrom('checkpoint')
          .select(['number', 'note'])
          .where('number', '>', after)
          .where('size', '>=', size.min)
          .where('size', '<=', size.max)
          .orderBy('number')
          .limit(limit)
          .execute(),
      )
    },
  }
}

/** Events looked at in one turn of the event loop: some milliseconds, so that sales go on meanwhile. */
const LOOKED_AT_ONCE = 5_000

async function spanOf(kysely: Kysely<Schema>, words: SqlWords, from: string, to: string) {
  const { rows: ends } = await sql<{ readonly end: number | null }>`
    select max(position) as "end" from event
  `.execute(kysely)
  const end = ends[0]?.end ?? 0
  const found: number[] = []
  // The loop is bounded by the length of the log.
  for (let after = 0; after < end; after += LOOKED_AT_ONCE) {
    // All texts of times have the same length, so they compare as the times do.
    const { rows } = await sql<{ readonly first: number | null; readonly last: number | null }>`
      select min(position) as first, max(position) as last from (
        select position, ${words.memberOfAny(['at'])} as at from event
        where position > ${after} and position <= ${after + LOOKED_AT_ONCE}
      ) as looked_at where at >= ${from} and at < ${to}
    `.execute(kysely)
    const { first, last } = rows[0] ?? { first: null, last: null }
    if (first !== null && last !== null) found.push(first, last)
    await nextTurn()
  }
  const [first, last] = [found[0], found.at(-1)]
  return first === undefined || last === undefined ? undefined : { first, last }
}

function toStored(row: { readonly position: number; readonly body: string }): StoredEvent {
  return { position: row.position, body: Buffer.from(row.body) }
}

function isoOf(at: number): string {
  return new Date(at).toISOString()
}

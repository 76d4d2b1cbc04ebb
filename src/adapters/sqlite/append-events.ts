import type { Transaction } from 'kysely'
import type { CallsMade } from '../../application/crm-call.ts'
import { type Actor, type LogEvent, toRecord } from '../../application/event-record.ts'
import type { SaleId } from '../../domain/ids.ts'
import { encodeRecord } from './event-codec.ts'
import type { Schema } from './schema.ts'

/** A sale that has `after` events so far; `null` for what belongs to no sale. */
type Stream = { readonly saleId: SaleId; readonly after: number } | null

/**
 * Adds events to the end of the log and says the position of the first. The transaction holds
 * the write lock from its beginning, so nobody else takes that position.
 */
export async function appendEvents(
  tx: Transaction<Schema>,
  stream: Stream,
  events: readonly LogEvent[],
  actor: Actor,
  made?: CallsMade,
): Promise<number> {
  const last = await tx
    .selectFrom('event')
    .select((eb) => eb.fn.max('position').as('position'))
    .executeTakeFirstOrThrow()
  const first = (last.position ?? 0) + 1
  const rows = events.map((event, index) => {
    const position = first + index
    const saleId = stream === null ? null : stream.saleId
    const sequence = stream === null ? null : stream.after + index + 1
    const place = { position, saleId, sequence, actor }
    // Events of one append come of the same calls, which are told once.
    const told = index === 0 && made !== undefined ? { ...place, made } : place
    const body = encodeRecord(toRecord(event, told))
    return { position, sale_id: saleId, sequence, type: event.type, body }
  })
  await tx.insertInto('event').values(rows).execute()
  return first
}

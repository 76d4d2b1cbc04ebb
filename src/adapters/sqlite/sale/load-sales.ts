// Reads sales with all their events from the log.
import { type Kysely, sql } from 'kysely'
import { UnreadableError } from '../../../application/base/errors.ts'
import { type EventRecord, toSaleEvent } from '../../../application/log/event-record.ts'
import type {
  LoadedSale,
  LoadedSales,
  UnreadableSale,
} from '../../../application/sale/run/sale-store.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { SaleEvent } from '../../../domain/sale/events.ts'
import type { Schema } from '../database/schema.ts'
import { decodeRecord } from '../log/rows/event-codec.ts'

/** @throws {UnreadableError} when an event is missing, or is not one that this version writes. */
export async function loadEvents(
  kysely: Kysely<Schema>,
  saleId: SaleId,
): Promise<readonly SaleEvent[]> {
  return recordsOf(saleId, await rowsOf(kysely, [saleId])).map(toSaleEvent)
}

/** Reads each sale that is known, oldest first; one that cannot be read comes with its error. */
export async function loadSales(
  kysely: Kysely<Schema>,
  saleIds: readonly SaleId[],
): Promise<LoadedSales> {
  const loaded: LoadedSale[] = []
  const unreadable: UnreadableSale[] = []
  const bySale = Map.groupBy(await rowsOf(kysely, saleIds), (row) => row.sale_id)
  for (const [saleId, rows] of bySale) {
    const [{ client, is_copied } = { client: '', is_copied: null }] = rows
    try {
      const records = recordsOf(saleId, rows)
      const events = records.map(toSaleEvent)
      const isCopied = is_copied === 1
      loaded.push({ saleId, requestId: requestIdOf(records), events, client, isCopied })
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error
      unreadable.push({ saleId, error })
    }
  }
  return { loaded, unreadable }
}

type Row = Awaited<ReturnType<typeof rowsOf>>[number]

/** One row for each event, and one without an event for a sale that has none. */
function rowsOf(kysely: Kysely<Schema>, saleIds: readonly SaleId[]) {
  // The ids are one parameter, so that a page of any length is the same statement.
  const ids = sql<SaleId>`(select value from json_each(${JSON.stringify(saleIds)}))`
  const newestMark = sql`(select max(position) from copy_mark)`
  return (
    kysely
      .selectFrom('sale')
      // Count and events are one statement, so that an append meanwhile is in both or in neither.
      .leftJoin('event', 'event.sale_id', 'sale.sale_id')
      .select(['sale.sale_id', 'sale.client', 'sale.sequence as count'])
      // Null in a database that is no copy.
      .select(sql<0 | 1 | null>`sale.first_position <= ${newestMark}`.as('is_copied'))
      .select(['event.position', 'event.sequence', 'event.body'])
      .where('sale.sale_id', 'in', ids)
      .orderBy('sale.first_position')
      .orderBy('event.sequence')
      .execute()
  )
}

function recordsOf(saleId: SaleId, rows: readonly Row[]): readonly EventRecord[] {
  return rows.map(({ count, position, sequence, body }, index) => {
    if (position === null || body === null || sequence !== index + 1) {
      throw new UnreadableError(`sale ${saleId}: its event ${index + 1} is missing`, position)
    }
    if (index + 1 === rows.length && count !== rows.length) {
      throw new UnreadableError(`sale ${saleId}: its last events are missing`, null)
    }
    return decodeRecord({ position, body })
  })
}

/** Of the request that began the sale. */
function requestIdOf([first]: readonly EventRecord[]): string | undefined {
  const actor = first?.actor
  return actor !== undefined && 'requestId' in actor ? actor.requestId : undefined
}

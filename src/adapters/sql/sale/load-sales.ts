// Reads sales with all their events from the log.
import { sql } from 'kysely'
import { UnreadableError } from '../../../application/base/errors.ts'
import { type EventRecord, toSaleEvent } from '../../../application/log/event-record.ts'
import type {
  LoadedSale,
  LoadedSales,
  UnreadableSale,
} from '../../../application/sale/run/sale-store.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { SaleEvent } from '../../../domain/sale/events.ts'
import type { Database } from '../database/database.ts'
import { decodeRecord } from '../log/rows/event-codec.ts'

/** @throws {UnreadableError} when an event is missing, or is not one that this version writes. */
export async function loadEvents(database: Opened, saleId: SaleId): Promise<readonly SaleEvent[]> {
  return recordsOf(saleId, await rowsOf(database, [saleId])).map(toSaleEvent)
}

/** Reads each sale that is known, oldest first; one that cannot be read comes with its error. */
export async function loadSales(
  database: Opened,
  saleIds: readonly SaleId[],
): Promise<LoadedSales> {
  const loaded: LoadedSale[] = []
  const unreadable: UnreadableSale[] = []
  const bySale = Map.groupBy(await rowsOf(database, saleIds), (row) => row.sale_id)
  for (const [saleId, rows] of bySale) {
    const [{ client, is_copied } = { client: '', is_copied: 0 }] = rows
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

type Opened = Pick<Database, 'kysely' | 'words'>

type Row = Awaited<ReturnType<typeof rowsOf>>[number]

/** One row for each event, and one without an event for a sale that has none. */
function rowsOf({ kysely, words }: Opened, saleIds: readonly SaleId[]) {
  const newestMark = sql`(select max(position) from copy_mark)`
  return (
    kysely
      .selectFrom('sale')
      // Count and events are one statement, so that an append meanwhile is in both or in neither.
      .leftJoin('event', 'event.sale_id', 'sale.sale_id')
      .select(['sale.sale_id', 'sale.client', 'sale.sequence as count'])
      // 0 in a database that is no copy: there is no mark.
      .select(
        sql<0 | 1>`case when sale.first_position <= ${newestMark} then 1 else 0 end`.as(
          'is_copied',
        ),
      )
      .select(['event.position', 'event.sequence', 'event.body'])
      .where('sale.sale_id', 'in', words.listOf(saleIds))
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

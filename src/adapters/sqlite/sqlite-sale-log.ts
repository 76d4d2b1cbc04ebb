import type { Selectable } from 'kysely'
import { UnreadableError } from '../../application/errors.ts'
import type { EventRecord, UnreadableRecord } from '../../application/event-record.ts'
import type { PlacedSale, SaleLog } from '../../application/ports/sale-log.ts'
import type { Database } from './database.ts'
import { decodeRecord } from './event-codec.ts'
import { toSummary } from './sale-row.ts'
import type { EventTable, SaleTable } from './schema.ts'
import { withAppErrors } from './sqlite-errors.ts'

/** A position as `list` gives it out. 15 digits are exact as a number. */
const CURSOR = /^[1-9][0-9]{0,14}$/

export function makeSqliteSaleLog({ kysely }: Database): SaleLog {
  return {
    list({ client, status, contactId, from, to, after, limit }) {
      return withAppErrors('list', async () => {
        let query = kysely
          .selectFrom('sale')
          .selectAll()
          .orderBy('first_position', 'desc')
          .limit(limit + 1)
        if (client !== undefined) query = query.where('client', '=', client)
        if (status !== undefined) query = query.where('status', '=', status)
        if (contactId !== undefined) query = query.where('contact_id', '=', contactId)
        if (from !== undefined) query = query.where('requested_at', '>=', from)
        if (to !== undefined) query = query.where('requested_at', '<', to)
        if (after !== undefined && CURSOR.test(after)) {
          query = query.where('first_position', '<', Number(after))
        }
        const rows = await query.execute()
        const page = rows.slice(0, limit)
        const last = rows.length > limit ? page.at(-1) : undefined
        const next = last === undefined ? null : String(last.first_position)
        return { sales: page.map(toSummary), next }
      })
    },

    show(saleId, client) {
      return withAppErrors('show', async () => {
        let query = kysely.selectFrom('sale').selectAll().where('sale_id', '=', saleId)
        if (client !== undefined) query = query.where('client', '=', client)
        const sale = await query.executeTakeFirst()
        if (sale === undefined) return
        const rows = await kysely
          .selectFrom('event')
          .select(['position', 'body'])
          .where('sale_id', '=', saleId)
          // Events stored since the row above was read are not in its summary.
          .where('sequence', '<=', sale.sequence)
          .orderBy('sequence')
          .execute()
        return { ...toSummary(sale), events: rows.map(decodeRecord) }
      })
    },

    events(after, limit) {
      return withAppErrors('events', async () => {
        const rows = await kysely
          .selectFrom('event')
          .selectAll()
          .where('position', '>', after)
          .orderBy('position')
          .limit(limit)
          .execute()
        return rows.map(toLine)
      })
    },

    find(saleIds) {
      return withAppErrors('find', async () => {
        const rows = await kysely
          .selectFrom('sale')
          .selectAll()
          .where('sale_id', 'in', saleIds)
          .execute()
        return rows.map(toPlaced)
      })
    },

    began(after, limit) {
      return withAppErrors('began', async () => {
        const rows = await kysely
          .selectFrom('sale')
          .selectAll()
          .where('first_position', '>', after)
          .orderBy('first_position')
          .limit(limit)
          .execute()
        return rows.map(toPlaced)
      })
    },
  }
}

/** What cannot be read keeps its place, so that nobody takes the log for shorter than it is. */
function toLine(row: Selectable<EventTable>): EventRecord | UnreadableRecord {
  try {
    return decodeRecord(row)
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    const { position, sale_id: saleId, sequence, type } = row
    return { position, saleId, sequence, type, unreadable: true }
  }
}

function toPlaced(row: Selectable<SaleTable>): PlacedSale {
  return { ...toSummary(row), position: row.first_position }
}

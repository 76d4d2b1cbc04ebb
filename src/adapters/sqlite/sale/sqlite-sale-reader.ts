import { type Selectable, sql } from 'kysely'
import { UnreadableError } from '../../../application/base/errors.ts'
import type { EventRecord, UnreadableRecord } from '../../../application/log/event-record.ts'
import type { PlacedSale, SaleReader } from '../../../application/log/sale-reader.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { DecimalText } from '../../../domain/money.ts'
import type { Database } from '../database/database.ts'
import type { EventTable, SaleTable } from '../database/schema.ts'
import { withAppErrors } from '../database/sqlite-errors.ts'
import { decodeRecord } from '../log/rows/event-codec.ts'
import { toSummary } from './sale-row.ts'

/** A position as `list` gives it out. 15 digits are exact as a number. */
const CURSOR = /^[1-9][0-9]{0,14}$/

export function makeSqliteSaleReader({ kysely }: Database): SaleReader {
  return {
    list({ client, status, contactId, failedStep, from, to, after, limit }) {
      return withAppErrors('list', async () => {
        let query = kysely
          .selectFrom('sale')
          .selectAll()
          .orderBy('first_position', 'desc')
          .limit(limit + 1)
        if (client !== undefined) query = query.where('client', '=', client)
        if (status !== undefined) query = query.where('status', '=', status)
        if (contactId !== undefined) query = query.where('contact_id', '=', contactId)
        if (failedStep !== undefined) query = query.where('failed_step', '=', failedStep)
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

    mailsOf(saleId) {
      return withAppErrors('mailsOf', () =>
        kysely
          .selectFrom('outbox')
          .select([
            'message_id as messageId',
            'about',
            'created_at as createdAt',
            'attempts',
            'sent_at as sentAt',
          ])
          .where(({ eb, or, selectFrom }) =>
            or([
              eb('sale_id', '=', saleId),
              // In a storm the mail is that of another sale, and names this one as well.
              eb(
                'id',
                '=',
                selectFrom('mailed_failure').select('mail_id').where('sale_id', '=', saleId),
              ),
            ]),
          )
          .orderBy('id')
          .execute(),
      )
    },

    amountsOf(saleIds) {
      return withAppErrors('amountsOf', async () => {
        const rows = await kysely
          .selectFrom('event')
          .select(['sale_id', sql<DecimalText>`body ->> '$.data.amount'`.as('amount')])
          .where('sale_id', 'in', saleIds)
          .where('type', '=', 'SalePriced')
          .$narrowType<{ sale_id: SaleId }>()
          .execute()
        return new Map(rows.map(({ sale_id: saleId, amount }) => [saleId, amount]))
      })
    },

    clients(limit) {
      return withAppErrors('clients', async () => {
        // From one name to the next by the index: DISTINCT would read an entry for every sale.
        const { rows } = await sql<{ readonly client: string }>`
          with recursive name (client) as (
            select min(client) from sale
            union all
            select (select min(sale.client) from sale where sale.client > name.client) from name
            where name.client is not null
          )
          select client from name where client is not null limit ${limit}
        `.execute(kysely)
        return rows.map(({ client }) => client)
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

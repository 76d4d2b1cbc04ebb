// The row of a sale: its summary as columns, and back.

import type { Selectable } from 'kysely'
import type { ListedAmount } from '../../../application/log/listed-amount.ts'
import type { ListedSale, PlacedSale } from '../../../application/log/sale-reader.port.ts'
import type { SaleSummary } from '../../../application/log/sale-summary.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { Database } from '../database/database.ts'
import { prepareRows } from '../database/prepared-query.ts'
import type { SaleTable } from '../database/schema.ts'
import type { SaleRowKnown } from '../log/rows/log-ends.ts'
import type { RowWriter } from '../log/rows/log-group.ts'

/** The row of a sale after an append, and what is known of the row before; `undefined` for a new sale. */
export type ChangedSale = { readonly row: SaleTable; readonly before: SaleRowKnown | undefined }

/** Columns in which no index looks. Most events of a sale change no others. */
const FREE_COLUMNS = [
  'sequence',
  'deal_id',
  'quote_id',
  'sales_order_id',
  'ended_at',
  'failure_message',
] as const

/** Columns that change once, when the sale is priced. No index has them while it is in progress. */
const AMOUNT_COLUMNS = ['amount_units', 'amount_decimals', 'currency'] as const

/** Columns with an index. SQLite writes its entries anew even where the value stays as it was. */
const INDEXED_COLUMNS = ['status', 'failed_step', 'at_rest'] as const

const COLUMNS = [
  'first_position',
  'sale_id',
  'client',
  'contact_id',
  'requested_at',
  'owner',
  ...FREE_COLUMNS,
  ...AMOUNT_COLUMNS,
  ...INDEXED_COLUMNS,
] as const

/** Writes the rows of the sales that a group changes: of each sale the last one, over the one before the first. */
export function makeSaleRowWriter({
  kysely,
  words,
}: Pick<Database, 'kysely' | 'words'>): RowWriter<ChangedSale> {
  const prepareUpsert = (changing: readonly (keyof SaleTable)[]) =>
    prepareRows(kysely, { table: 'sale', columns: COLUMNS }, words.rowsAsOne, (insert) =>
      insert.onConflict((conflict) =>
        conflict
          .column('first_position')
          .doUpdateSet((eb) =>
            Object.fromEntries(changing.map((name) => [name, eb.ref(`excluded.${name}`)])),
          ),
      ),
    )
  const writes = {
    free: prepareUpsert(FREE_COLUMNS),
    priced: prepareUpsert([...FREE_COLUMNS, ...AMOUNT_COLUMNS]),
    all: prepareUpsert([...FREE_COLUMNS, ...AMOUNT_COLUMNS, ...INDEXED_COLUMNS]),
  }

  // One statement for all rows: such a database compares the values itself, and leaves an index alone where it may.
  const writeOf = words.rowsAsOne === undefined ? smallestWrite : () => 'all' as const

  return async (tx, changes) => {
    const last = new Map<SaleId, ChangedSale>()
    for (const { row, before } of changes) {
      const earlier = last.get(row.sale_id)
      last.set(row.sale_id, { row, before: earlier === undefined ? before : earlier.before })
    }
    const byWrite = Object.groupBy(last.values(), writeOf)
    for (const name of ['free', 'priced', 'all'] as const) {
      const rows = byWrite[name]?.map(({ row }) => row) ?? []
      await writes[name](tx, rows)
    }
  }
}

/** The smallest write that changes all that has changed. */
function smallestWrite({ row, before }: ChangedSale): 'free' | 'priced' | 'all' {
  const isAsBefore = (name: keyof SaleRowKnown) => row[name] === before?.[name]
  if (!INDEXED_COLUMNS.every(isAsBefore)) return 'all'
  return AMOUNT_COLUMNS.every(isAsBefore) ? 'free' : 'priced'
}

/** The columns of a sale's row that its summary holds. */
export function toColumns(summary: SaleSummary) {
  return {
    status: summary.status,
    contact_id: summary.contactId,
    deal_id: summary.dealId,
    quote_id: summary.quoteId,
    sales_order_id: summary.salesOrderId,
    requested_at: summary.requestedAt,
    ended_at: summary.endedAt,
    failed_step: summary.failure === null ? null : summary.failure.step,
    failure_message: summary.failure === null ? null : summary.failure.message,
    at_rest: summary.atRest ? 1 : 0,
  } as const
}

/** The columns of a sale's row that its amount is in. */
export function toAmountColumns({ amountUnits, amountDecimals, currency }: ListedAmount) {
  return { amount_units: amountUnits, amount_decimals: amountDecimals, currency } as const
}

/** The amount that a row holds. */
export function toListedAmount(
  row: Pick<SaleTable, (typeof AMOUNT_COLUMNS)[number]>,
): ListedAmount {
  const { amount_units: amountUnits, amount_decimals: amountDecimals, currency } = row
  return { amountUnits, amountDecimals, currency }
}

/** The sale that a row holds. */
export function toSummary(row: Selectable<SaleTable>): ListedSale {
  const { failed_step: step, failure_message: message } = row
  return {
    saleId: row.sale_id,
    client: row.client,
    status: row.status,
    contactId: row.contact_id,
    dealId: row.deal_id,
    quoteId: row.quote_id,
    salesOrderId: row.sales_order_id,
    requestedAt: row.requested_at,
    endedAt: row.ended_at,
    failure: step === null || message === null ? null : { step, message },
    atRest: row.at_rest === 1,
  }
}

/** The sale that a row holds, and where it begins in the log. */
export function toPlaced(row: Selectable<SaleTable>): PlacedSale {
  return { ...toSummary(row), position: row.first_position }
}

// The lines of a sale as the log has them, and what each of them comes to.

import {
  add,
  type Decimal,
  decimalOfNumber,
  formatDecimal,
  multiply,
  parseDecimal,
  ZERO,
} from '../../domain/money.ts'
import type { EventRecord } from './event-record.ts'
import { amountWords } from './stored-data.ts'

/** A line. What cannot be read as an amount stays as the log has it, and has no total. */
export type LoggedLine = {
  readonly productId: string
  /** `null` before the prices were read, as are the price and the total. */
  readonly productName: string | null
  readonly quantity: string
  readonly unitPrice: string | null
  /** Price times quantity, exact. */
  readonly total: string | null
}

export type LoggedLines = {
  readonly lines: readonly LoggedLine[]
  /** `undefined` before the prices were read. */
  readonly priced:
    | {
        /** Of all prices here; `undefined` where the log has none. */
        readonly currency: string | undefined
        /** The exact sum of the totals; `undefined` where one of them cannot be read. */
        readonly sum: string | undefined
        /** The amount of the log, which is what the sale was made with. */
        readonly amount: string
        /** Whether the sum is another one, as where the amount was rounded to the currency. */
        readonly differs: boolean
      }
    | undefined
}

/** Reads the lines from `SalePriced`, or before that what `SaleRequested` asked for. */
export function linesOf(events: readonly EventRecord[]): LoggedLines {
  const priced = events.find(({ type }) => type === 'SalePriced')
  const requested = events.find(({ type }) => type === 'SaleRequested')
  if (priced === undefined) {
    const asked = rowsIn(requested?.data['products']).map(({ productId, quantity }) => ({
      ...{ productId: String(productId), quantity: String(quantity) },
      ...{ productName: null, unitPrice: null, total: null },
    }))
    return { lines: asked, priced: undefined }
  }
  const { data } = priced
  const currency = typeof data['currency'] === 'string' ? data['currency'] : undefined
  const read = rowsIn(data['lines']).map((row) => ({ row, total: totalOf(row) }))
  const sum = read.reduce<Decimal | undefined>(
    (so, { total }) => so && total && add(so, total),
    ZERO,
  )
  const amount = parseDecimal(String(data['amount']))
  return {
    lines: read.map(({ row, total }) => ({
      productId: String(row['productId']),
      productName: String(row['productName']),
      quantity: String(row['quantity']),
      unitPrice: String(row['unitPrice']),
      total: total === undefined ? null : exactText(total),
    })),
    priced: {
      currency,
      sum: sum && exactText(sum),
      amount: amountWords(data),
      differs: sum !== undefined && (amount === undefined || exactText(sum) !== exactText(amount)),
    },
  }
}

/** All digits, with two of them behind the point at least, and no zero behind those. */
function exactText(value: Decimal): string {
  return formatDecimal(value, DECIMALS_MIN).replace(ZEROS_BEHIND, '')
}

const DECIMALS_MIN = 2
const ZEROS_BEHIND = /(?<=\.\d{2}\d*)0+$/

function totalOf({ quantity, unitPrice }: Row): Decimal | undefined {
  const price = parseDecimal(String(unitPrice))
  const count = decimalOfNumber(Number(quantity))
  return price && count && multiply(price, count)
}

type Row = Readonly<Record<string, unknown>>

/** The rows of a stored list; of one that is damaged, what is readable. */
function rowsIn(list: unknown): readonly Row[] {
  return Array.isArray(list) ? list.filter((row) => typeof row === 'object' && row !== null) : []
}

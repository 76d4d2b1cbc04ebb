// Products as Zoho lists them, read as what a sale needs of them.

import type { CrmId } from '../../../domain/ids.ts'
import { type DecimalText, decimalOfNumber, formatDecimal } from '../../../domain/money.ts'
import type { CallResult, Organisation, Product } from '../../../domain/sale/outcome.ts'
import { done, hiddenField, wrongAnswer } from '../answers/call-results.ts'
import { idsOf, isMasked, missingColumn, type Row, textOf } from '../answers/rows.ts'
import { currencyColumns, currencyOf, neededColumns } from './organisation-records.ts'

/** Ids one list call carries: Zoho's specification ends the parameter at 1,024 characters. */
const PRODUCT_IDS_MAX = 50

const FIELDS = ['Product_Name', 'Unit_Price', 'Product_Active'] as const

export function productsPath(
  ids: readonly CrmId[],
  organisation: Organisation | undefined,
): string {
  const fields = [...FIELDS, ...currencyColumns(organisation)].join(',')
  return `/crm/v8/Products?ids=${ids.join(',')}&fields=${fields}`
}

/** Asks for any product. */
export const ANY_PRODUCT_PATH = `/crm/v8/Products?fields=${FIELDS.join(',')}&per_page=1`

/** Whether the rows show every field that a sale reads of a product. */
export function productIsShown(rows: readonly Row[]): CallResult<void> {
  const hidden =
    missingColumn(rows, FIELDS) ?? FIELDS.find((field) => rows.some((row) => isMasked(row[field])))
  return hidden === undefined
    ? done(undefined)
    : { type: 'refused', reason: hiddenField(hidden, 'a product') }
}

/** The ids in groups that are small enough for one call. */
export function idPages(ids: readonly CrmId[]): readonly (readonly CrmId[])[] {
  const pages: CrmId[][] = []
  for (let i = 0; i < ids.length; i += PRODUCT_IDS_MAX) {
    pages.push(ids.slice(i, i + PRODUCT_IDS_MAX))
  }
  return pages
}

/**
 * The products of the rows. A row that shows no usable product is a refusal that names it: another
 * read would show the same.
 */
export function productsOf(
  rows: readonly Row[],
  organisation: Organisation | undefined,
): CallResult<readonly Product[]> {
  const ids = idsOf(rows)
  if (ids === undefined) return wrongAnswer()
  const products: Product[] = []
  for (const [i, id] of ids.entries()) {
    const product = productOf(rows[i] ?? {}, id, organisation)
    if (typeof product === 'string') return { type: 'refused', reason: product }
    products.push(product)
  }
  return done(products)
}

/** The product, or why it cannot be sold. */
function productOf(row: Row, id: CrmId, organisation: Organisation | undefined): Product | string {
  const needed = [...FIELDS, ...neededColumns(organisation)]
  const hidden = missingColumn([row], needed) ?? needed.find((field) => isMasked(row[field]))
  if (hidden !== undefined) return hiddenField(hidden, `product ${id}`)
  const name = textOf(row['Product_Name'])
  if (name === null) return `product ${id} has no name in the CRM`
  const unitPrice = priceOf(row['Unit_Price'])
  if (unitPrice === undefined) return `product ${id} has a price in the CRM that is no number`
  const active = row['Product_Active']
  if (active !== null && typeof active !== 'boolean') {
    return `product ${id} is neither active nor inactive in the CRM`
  }
  const currency = currencyOf(row, organisation)
  return { id, name, unitPrice, currency, active: active !== false }
}

/** `null` for no price; `undefined` for what is no number. */
function priceOf(price: unknown): DecimalText | null | undefined {
  if (price === null) return null
  const decimal = typeof price === 'number' ? decimalOfNumber(price) : undefined
  return decimal && formatDecimal(decimal)
}

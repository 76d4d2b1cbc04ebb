import { decimalOfNumber, formatDecimal } from '../../domain/decimal.ts'
import { type CrmId, parseCrmId } from '../../domain/ids.ts'
import type { Product } from '../../domain/sale/outcome.ts'
import { type Row, textOf } from './rows.ts'

/** Ids one list call may carry: Zoho's specification ends the parameter at 1,024 characters. */
export const PRODUCT_IDS_MAX = 50

const FIELDS = 'Product_Name,Unit_Price,Product_Active'

export function productsPath(ids: readonly CrmId[]): string {
  return `/crm/v8/Products?ids=${ids.join(',')}&fields=${FIELDS}`
}

/** `undefined` when a row is not a product. */
export function productOf(row: Row): Product | undefined {
  const id = parseCrmId(row['id'])
  const name = textOf(row['Product_Name'])
  const price = row['Unit_Price']
  if (id === undefined || name === null) return undefined
  const decimal = typeof price === 'number' ? decimalOfNumber(price) : undefined
  if (price !== null && price !== undefined && decimal === undefined) return undefined
  return {
    id,
    name,
    unitPrice: decimal === undefined ? null : formatDecimal(decimal),
    active: row['Product_Active'] !== false,
  }
}

// Products as Zoho lists them, read as what a sale needs of them.

import type { CrmId } from '../../../domain/ids.ts'
import { decimalOfNumber, formatDecimal } from '../../../domain/money.ts'
import type { Product } from '../../../domain/sale/outcome.ts'
import { ProductRow } from '../answers/answer-schemas.ts'
import type { Row } from '../answers/rows.ts'

/** Ids one list call carries: Zoho's specification ends the parameter at 1,024 characters. */
const PRODUCT_IDS_MAX = 50

const FIELDS = 'Product_Name,Unit_Price,Product_Active'

export function productsPath(ids: readonly CrmId[]): string {
  return `/crm/v8/Products?ids=${ids.join(',')}&fields=${FIELDS}`
}

/** The ids in groups that are small enough for one call. */
export function idPages(ids: readonly CrmId[]): readonly (readonly CrmId[])[] {
  const pages: CrmId[][] = []
  for (let i = 0; i < ids.length; i += PRODUCT_IDS_MAX) {
    pages.push(ids.slice(i, i + PRODUCT_IDS_MAX))
  }
  return pages
}

/** `undefined` when a row is not a product. */
export function productsOf(rows: readonly Row[]): readonly Product[] | undefined {
  const products = rows.map(productOf)
  return products.every((product) => product !== undefined) ? products : undefined
}

function productOf(row: Row): Product | undefined {
  if (!ProductRow.Check(row)) return undefined
  const { id, Product_Name: name, Unit_Price: price, Product_Active: active } = row
  const decimal = price === null || price === undefined ? null : decimalOfNumber(price)
  if (decimal === undefined) return undefined
  // The schema has proved the id to be digits.
  return {
    id: id as CrmId,
    name,
    unitPrice: decimal === null ? null : formatDecimal(decimal),
    active: active !== false,
  }
}

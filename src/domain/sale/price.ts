// The prices and the amount of a sale, from what the CRM returned.
import type { CrmId } from '../ids.ts'
import {
  add,
  decimalOfNumber,
  formatDecimal,
  multiply,
  parseDecimal,
  roundHalfUp,
  ZERO,
} from '../money.ts'
import { dayAfter, type EpochMs } from '../time.ts'
import type { SaleLine, SalePriced } from './events.ts'
import type { Product, SaleContact } from './outcome.ts'
import type { SalePolicy } from './policy.ts'
import type { RequestedSale } from './state.ts'

/** Digits behind the point of a Deal's amount. */
const AMOUNT_PLACES = 2

export type Priced =
  | { readonly ok: true; readonly terms: SalePriced['data'] }
  | { readonly ok: false; readonly reason: string }

/**
 * The terms of the sale: a line for each requested product, in the order of the request, and the
 * exact sum of price times quantity, rounded once, half up, to two decimals.
 */
export function price(
  sale: RequestedSale,
  contact: SaleContact,
  products: readonly Product[],
  now: EpochMs,
  policy: SalePolicy,
): Priced {
  const byId = new Map<CrmId, Product>(products.map((product) => [product.id, product]))
  const lines: SaleLine[] = []
  let sum = ZERO
  for (const { productId, quantity } of sale.products) {
    const product = byId.get(productId)
    if (product === undefined) return refuse(productId, 'is not in the CRM')
    if (!product.active) return refuse(productId, 'is not active')
    if (product.unitPrice === null) return refuse(productId, 'has no price')
    const unitPrice = parseDecimal(product.unitPrice)
    if (unitPrice === undefined || unitPrice.units < 0n) {
      return refuse(productId, 'has a price that is no amount')
    }
    const count = decimalOfNumber(quantity)
    if (count === undefined) return refuse(productId, 'has a quantity that is no number')
    sum = add(sum, multiply(unitPrice, count))
    lines.push({ productId, productName: product.name, quantity, unitPrice: product.unitPrice })
  }
  return {
    ok: true,
    terms: {
      accountId: contact.accountId,
      lines,
      amount: formatDecimal(roundHalfUp(sum, AMOUNT_PLACES), AMOUNT_PLACES),
      closingDate: dayAfter(now, policy.closingDays),
    },
  }
}

function refuse(productId: CrmId, why: string): Priced {
  return { ok: false, reason: `product ${productId} ${why}` }
}

// The prices and the amount of a sale, from what the CRM returned.
import type { CrmId } from '../ids.ts'
import {
  add,
  decimalOfNumber,
  decimalsOf,
  formatDecimal,
  isCurrencyCode,
  multiply,
  parseDecimal,
  roundHalfUp,
  ZERO,
} from '../money.ts'
import { dayAfter, type EpochMs } from '../time.ts'
import type { SaleLine, SalePriced } from './events.ts'
import type { Organisation, Product, SaleContact } from './outcome.ts'
import type { SalePolicy } from './policy.ts'
import type { RequestedSale } from './state.ts'

/** What was read for a sale. */
export type Read = {
  readonly contact: SaleContact
  readonly products: readonly Product[]
  /** `undefined` where nobody knows. */
  readonly organisation: Organisation | undefined
}

export type Priced =
  | { readonly ok: true; readonly terms: SalePriced['data'] }
  | { readonly ok: false; readonly reason: string }

/**
 * The terms of the sale: a line for each requested product, in the order of the request, and the
 * exact sum of price times quantity, rounded once, half up, to the decimals of the currency: two
 * where the organisation has one currency only.
 */
export function price(
  sale: RequestedSale,
  { contact, products, organisation }: Read,
  now: EpochMs,
  policy: SalePolicy,
): Priced {
  const byId = new Map<CrmId, Product>(products.map((product) => [product.id, product]))
  const lines: SaleLine[] = []
  let first: Product | undefined
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
    first ??= product
    const otherUnit = whyNotInOneSum(product, first, organisation)
    if (otherUnit !== undefined) return refuse(productId, otherUnit)
    const count = decimalOfNumber(quantity)
    if (count === undefined) return refuse(productId, 'has a quantity that is no number')
    sum = add(sum, multiply(unitPrice, count))
    lines.push({ productId, productName: product.name, quantity, unitPrice: product.unitPrice })
  }
  const currency = organisation?.hasSeveralCurrencies ? first?.currency : undefined
  const places = decimalsOf(currency ?? undefined)
  return {
    ok: true,
    terms: {
      accountId: contact.accountId,
      lines,
      amount: formatDecimal(roundHalfUp(sum, places), places),
      ...(currency ? { currency } : {}),
      closingDate: dayAfter(now, policy.closingDays),
    },
  }
}

/**
 * Why the price of this product cannot stand in one sum with that of the first one; `undefined`
 * where it can. As long as nobody knows the currencies of the organisation, it counts as one that
 * has one currency only.
 */
function whyNotInOneSum(
  { currency }: Product,
  first: Product,
  organisation: Organisation | undefined,
): string | undefined {
  if (organisation?.hasSeveralCurrencies) {
    if (currency === null) return 'has no currency'
    if (!isCurrencyCode(currency)) return NO_CODE
    if (currency === first.currency) return undefined
    const other = `product ${first.id} in ${first.currency}`
    return `is priced in ${currency}, and ${other}: a sale has one currency`
  }
  if (currency === null || currency === organisation?.homeCurrency) return undefined
  if (!isCurrencyCode(currency)) return NO_CODE
  return organisation === undefined
    ? `is priced in ${currency}, and it is not known which currencies the organisation has`
    : `is priced in ${currency}, and the organisation has ${organisation.homeCurrency} only`
}

const NO_CODE = 'has a currency that is no code of ISO 4217'

function refuse(productId: CrmId, why: string): Priced {
  return { ok: false, reason: `product ${productId} ${why}` }
}

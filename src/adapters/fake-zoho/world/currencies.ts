// The currencies of the organisation, and what records have of them.
import { DOUBLE, type Field } from '../schema/fields.ts'
import type { Json, JsonObject } from '../schema/json.ts'
import type { ModuleName } from '../schema/module-names.ts'
import type { Currency, Settings } from './settings.ts'

/** The modules whose records have a currency once an organisation has several. */
export const CURRENCY_MODULES: readonly ModuleName[] = [
  'Accounts',
  'Products',
  'Deals',
  'Quotes',
  'Sales_Orders',
]

/** Digits after the decimal point of the organisation's own currency. */
const HOME_DECIMALS = 2

/** The organisation's own currency, and the others; only its own where it has no others. */
export function currenciesOf({ homeCurrency, otherCurrencies }: Settings): readonly Currency[] {
  const home = { isoCode: homeCurrency, exchangeRate: 1, decimals: HOME_DECIMALS }
  return [home, ...(otherCurrencies ?? [])]
}

/** The fields of a currency; none where the organisation has one currency only. */
export function currencyFields(settings: Settings): Readonly<Record<string, Field>> {
  if (settings.otherCurrencies === null) return {}
  const values = currenciesOf(settings).map(({ isoCode }) => isoCode)
  return { Currency: { type: 'picklist', values }, Exchange_Rate: DOUBLE }
}

/** What Zoho fills into a record that has no currency, or no rate. */
export function filledCurrency(given: JsonObject, settings: Settings): JsonObject {
  if (settings.otherCurrencies === null) return {}
  const isoCode: Json = given['Currency'] ?? settings.homeCurrency
  const known = currenciesOf(settings).find((currency) => currency.isoCode === isoCode)
  return { Currency: isoCode, Exchange_Rate: given['Exchange_Rate'] ?? known?.exchangeRate ?? 1 }
}

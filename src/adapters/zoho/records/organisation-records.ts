// The currencies of the organisation, and of a product's price, as Zoho shows them.

import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Organisation } from '../../../domain/sale/outcome.ts'
import { type Row, textOf } from '../answers/rows.ts'

export const ORGANISATION_PATH = '/crm/v8/org'

/** `mc_status` is whether several currencies were turned on. Source: Zoho CRM v8, Organization. */
const OrganisationRow = Compile(
  Type.Object({ iso_code: Type.String({ pattern: '^[A-Z]{3}$' }), mc_status: Type.Boolean() }),
)

/** `undefined` when the rows show no organisation. */
export function organisationOf([row]: readonly Row[]): Organisation | undefined {
  if (!OrganisationRow.Check(row)) return undefined
  return { homeCurrency: row.iso_code, hasSeveralCurrencies: row.mc_status }
}

/** The columns of a currency that every product has; none where there is one currency only. */
export function neededColumns(organisation: Organisation | undefined): readonly string[] {
  return organisation?.hasSeveralCurrencies ? ['Currency'] : []
}

/**
 * The columns of a currency that are asked for. As long as nobody knows what the organisation has,
 * that is all of them: Zoho leaves out a column that it does not have.
 */
export function currencyColumns(organisation: Organisation | undefined): readonly string[] {
  return organisation === undefined ? ['Currency', 'Exchange_Rate'] : neededColumns(organisation)
}

/**
 * The currency of a product's price. Of an organisation that is not known its own currency is not
 * known either; but its rate is 1, and then the price is as good as one without a currency.
 */
export function currencyOf(row: Row, organisation: Organisation | undefined): string | null {
  if (organisation === undefined && row['Exchange_Rate'] === 1) return null
  return textOf(row['Currency'])
}

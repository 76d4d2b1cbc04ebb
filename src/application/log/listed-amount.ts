// The amount of a sale as the list of sales keeps it, to be added up exactly.

import { exactUnits } from '../../domain/money.ts'
import type { SalePriced } from '../../domain/sale/events.ts'

/**
 * `amountUnits / 10 ** amountDecimals`. Both are `null` before the sale is priced, and for an amount of
 * more digits than a number holds exactly: that one is in the log only.
 */
export type ListedAmount = {
  readonly amountUnits: number | null
  readonly amountDecimals: number | null
  /** ISO 4217; `null` where the organisation has one currency only. */
  readonly currency: string | null
}

/** The amount of a sale that is not priced. */
export const NO_AMOUNT: ListedAmount = { amountUnits: null, amountDecimals: null, currency: null }

/** The amount of a sale that was priced like this. */
export function listedAmount({ data }: SalePriced): ListedAmount {
  const exact = exactUnits(data.amount)
  return {
    amountUnits: exact?.units ?? null,
    amountDecimals: exact?.decimals ?? null,
    currency: data.currency ?? null,
  }
}

// The sums of sales as the database makes them, and how they become exact totals.

import { type RawBuilder, sql } from 'kysely'
import type { SaleTotal } from '../../../application/desk/sale-totals.port.ts'
import { add, type Decimal, formatDecimal, ZERO } from '../../../domain/money.ts'

/** The sales of one status, currency and number of decimals. */
export type TotalGroup = Pick<SaleTotal, 'status' | 'currency'> & {
  readonly decimals: number | null
  readonly sales: number
  readonly summed: number
  /** The sum of the units in two parts; `null` where none is summed. */
  readonly high: string | null
  readonly low: string | null
}

/** SQLite refuses a sum of 19 digits, so amounts of up to 15 are added in two parts. */
const LOW_PART = 1_000_000_000

/** What is counted and added up in a group. A text holds a sum that is too long for a number. */
export const SUMS: Readonly<Record<'sales' | 'summed' | 'high' | 'low', RawBuilder<unknown>>> = {
  sales: sql`count(*)`,
  summed: sql`count(amount_units)`,
  high: sql`cast(sum(amount_units / ${sql.lit(LOW_PART)}) as text)`,
  low: sql`cast(sum(amount_units % ${sql.lit(LOW_PART)}) as text)`,
}

/** The totals of these groups, by status and currency, in the order of their names. */
export function totalsOf(groups: readonly TotalGroup[]): readonly SaleTotal[] {
  const byName = Map.groupBy(groups, ({ status, currency }) => `${status} ${currency ?? ''}`)
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, its]) => totalOf(its))
}

function totalOf(groups: readonly TotalGroup[]): readonly SaleTotal[] {
  const [first] = groups
  if (first === undefined) return []
  const { status, currency } = first
  const count = (name: 'sales' | 'summed') => groups.reduce((sum, group) => sum + group[name], 0)
  const sum = groups.map(decimalOf).reduce(add, ZERO)
  return [
    { status, currency, sales: count('sales'), summed: count('summed'), sum: formatDecimal(sum) },
  ]
}

function decimalOf({ high, low, decimals }: TotalGroup): Decimal {
  if (high === null || low === null || decimals === null) return ZERO
  return { units: BigInt(high) * BigInt(LOW_PART) + BigInt(low), scale: decimals }
}

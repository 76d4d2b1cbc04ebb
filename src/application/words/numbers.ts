// Counts and amounts as a language writes them.

import type { Words } from './words.ts'

/** How a language writes numbers. */
type Marks = Pick<Words, 'decimalPoint' | 'thousandsMark'>

/** Digits behind the point of an amount, at least. */
const AMOUNT_DECIMALS_MIN = 2

/** A whole number: `1,234` or `1.234`. */
export function countText(count: number, { thousandsMark }: Marks): string {
  return inThousands(String(count), thousandsMark)
}

/**
 * An amount as the log has it, with or without a currency (`2949.5 USD`), as the language writes it:
 * `2,949.50 USD` or `2.949,50 USD`. No digit is cut off. Other text stays as it is.
 */
export function amountText(amount: string, { decimalPoint, thousandsMark }: Marks): string {
  const [, sign, whole, fraction = '', rest = ''] =
    /^(-?)(\d+)(?:\.(\d+))?( .*)?$/.exec(amount) ?? []
  if (whole === undefined) return amount
  const decimals = fraction.padEnd(AMOUNT_DECIMALS_MIN, '0')
  return `${sign}${inThousands(whole, thousandsMark)}${decimalPoint}${decimals}${rest}`
}

function inThousands(digits: string, mark: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, mark)
}

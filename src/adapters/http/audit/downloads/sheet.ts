// Writes CSV that spreadsheets open in columns, with the numbers and times of people, and with whole ids.

import { withoutFormula } from '../../../../application/evidence/csv.ts'
import { timeText, type Zone } from '../../../../application/words/zone.ts'
import type { EpochMs } from '../../../../domain/time.ts'

/** What stands between two cells, and what stands before the fraction of a number. */
export const SHEET_FORMATS = {
  comma: { separator: ',', decimalPoint: '.' },
  semicolon: { separator: ';', decimalPoint: ',' },
} as const
export type SheetFormat = (typeof SHEET_FORMATS)[keyof typeof SHEET_FORMATS]

/** What a spreadsheet shall calculate with: a plain decimal number as the log has it, or a time. */
export class SheetValue {
  readonly digits: string

  constructor(value: string | number) {
    this.digits = String(value)
  }
}

export type SheetCell = string | SheetValue | null

/** Without it, a spreadsheet does not read the file as UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF'

/** Digits that a spreadsheet keeps of a number. The 16th it makes 0. */
const NUMBER_DIGITS_MAX = 15

/** Characters for which a cell stands in quotes, whatever the separator: LibreOffice may take several. */
const SPECIAL = /[",;\t\r\n]/

/** What spreadsheets take for a number, a date or a truth, in English and in Turkish. */
const OF_DIGITS = /^[\d\s.,:/%eE+-]+$/
const OF_A_MONTH = /^(?:\p{L}{3,9}[-/ .]?\d{1,4}|\d{1,4}[-/ .]?\p{L}{3,9}(?:[-/ .]?\d{1,4})?)$/u
const TRUTHS = /^(?:true|false|doğru|yanlış)$/iu

/** One record of the file, with its line end. */
export function sheetLine(cells: readonly SheetCell[], format: SheetFormat): string {
  return `${cells.map((cell) => cellText(cell, format)).join(format.separator)}\r\n`
}

function cellText(cell: SheetCell, { decimalPoint }: SheetFormat): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return inQuotes(sheetText(cell))
  const { digits } = cell
  const isExact = digits.replace(/\D/g, '').length <= NUMBER_DIGITS_MAX
  return inQuotes(isExact ? digits.replace('.', decimalPoint) : sheetText(digits))
}

/**
 * Text that stays text. A tab before it keeps an id of 18 digits whole, in Excel and in LibreOffice;
 * `="…"` would be a formula, which LibreOffice shows as such unless it is told to calculate.
 */
function sheetText(text: string): string {
  const safe = withoutFormula(text)
  return safe === text && isTakenForValue(text) ? `\t${text}` : safe
}

function isTakenForValue(text: string): boolean {
  return (OF_DIGITS.test(text) && /\d/.test(text)) || OF_A_MONTH.test(text) || TRUTHS.test(text)
}

function inQuotes(text: string): string {
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A time as a cell that a spreadsheet takes for one, in any language: `2026-03-01 14:05:09`. */
export function sheetTime(zone: Zone, at: EpochMs): SheetValue {
  return new SheetValue(timeText(zone, at).slice(0, '2026-03-01 14:05:09'.length))
}

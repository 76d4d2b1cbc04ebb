// Writes CSV that a spreadsheet opens without taking text for formulas.

export type CsvCell = string | number | null

/** The first character of what a spreadsheet takes for a formula. Source: OWASP, CSV Injection. */
const FORMULA = /^[=+\-@\t\r]/

/** Characters for which a cell must stand in quotes (RFC 4180). */
const SPECIAL = /[",\r\n]/

/**
 * One record of a CSV file (RFC 4180), with its line end. A text that a spreadsheet would take
 * for a formula gets an apostrophe before it.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: CsvCell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = withoutFormula(cell)
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The text, with an apostrophe before it where a spreadsheet would take it for a formula. */
export function withoutFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

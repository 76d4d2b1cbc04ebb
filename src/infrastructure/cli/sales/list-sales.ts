// `gateway sales list`: the sales of the log, a line each.
import process from 'node:process'
import { publicSaleJson } from '../../../application/log/public-json.ts'
import type { SaleQuery } from '../../../application/log/sale-reader.port.ts'
import type { SaleSummary } from '../../../application/log/sale-summary.ts'
import type { CrmId } from '../../../domain/ids.ts'
import { printHeld, printLine, withStore } from '../terminal/command-config.ts'
import { SHORT_ID_CHARS } from '../terminal/named-sale.ts'

/** Sales that are read from the log at a time. */
const PAGE_MAX = 200

export type ListOptions = Pick<SaleQuery, 'status' | 'client' | 'from' | 'to'> & {
  readonly contact?: CrmId
  /** Sales that are listed at most; without it all of them. */
  readonly limit?: number
  readonly json?: true
}

export async function listSales(options: ListOptions): Promise<void> {
  const { status, client, contact: contactId, from, to } = options
  const asked = { status, client, contactId, from, to }
  await withStore(async ({ saleReader, copied }) => {
    printHeld(await copied.held())
    const print = printerFor(options)
    let left = options.limit ?? Number.POSITIVE_INFINITY
    // Sales are read in pages, so that a long log takes no more memory than a short one.
    for (let after: string | undefined; left > 0; ) {
      const limit = Math.min(PAGE_MAX, left)
      const { sales, next } = await saleReader.list({ ...asked, after, limit })
      for (const sale of sales) print(sale)
      // Not `writable`: its reader has gone, as `head` does when it has its lines.
      if (next === null || !process.stdout.writable) return
      left -= sales.length
      after = next
    }
  })
}

const HEAD = ['SALE', 'STATUS', 'REQUESTED', 'CONTACT', 'FAILURE'] as const

function printerFor({ json }: ListOptions): (sale: SaleSummary) => void {
  if (json) return (sale) => printLine(JSON.stringify(publicSaleJson(sale)))
  const { head, lineOf } = saleTable(process.stdout.isTTY ? process.stdout.columns : undefined)
  printLine(head)
  return (sale) => printLine(lineOf(sale))
}

/** Letters of a UUID, a status, a time and an id of 20 digits. */
const WHOLE_WIDTHS = [36, 12, 24, 20]

/** The same with the end of the UUID, and the time to the minute. */
const SHORT_WIDTHS = [SHORT_ID_CHARS, 12, 16, 20]

/** Lines that fit a terminal of so many letters. Without one, whole lines with whole ids, for programs. */
export function saleTable(width: number | undefined): {
  readonly head: string
  readonly lineOf: (sale: SaleSummary) => string
} {
  if (width === undefined) {
    return { head: row(HEAD, WHOLE_WIDTHS), lineOf: (sale) => row(wholeCells(sale), WHOLE_WIDTHS) }
  }
  const cut = (line: string) => (line.length > width ? `${line.slice(0, width - 1)}…` : line)
  const lineOf = (sale: SaleSummary) => cut(row(shortCells(sale), SHORT_WIDTHS))
  return { head: cut(row(HEAD, SHORT_WIDTHS)), lineOf }
}

function wholeCells({ saleId, status, requestedAt, contactId, failure }: SaleSummary) {
  const why = failure === null ? '' : `${failure.step}: ${failure.message}`
  return [saleId, status, new Date(requestedAt).toISOString(), contactId, why]
}

function shortCells(sale: SaleSummary): readonly string[] {
  const [saleId = '', status = '', requestedAt = '', ...more] = wholeCells(sale)
  return [
    saleId.slice(-SHORT_ID_CHARS),
    status,
    requestedAt.slice(0, 16).replace('T', ' '),
    ...more,
  ]
}

function row(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join('  ')
    .trimEnd()
}

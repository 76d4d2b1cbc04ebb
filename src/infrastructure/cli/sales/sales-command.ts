// `gateway sales`: the sales of the log, and one of them resumed.
import process from 'node:process'
import { Command, Option } from 'commander'
import { publicHistoryJson, publicSaleJson } from '../../../application/log/public-json.ts'
import {
  PUBLIC_STATUSES,
  type PublicStatus,
  type SaleSummary,
} from '../../../application/log/sale-summary.ts'
import { parseSaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'
import { printLine, withStore } from '../terminal/command-config.ts'
import { instant } from '../terminal/instant.ts'
import { resumeSale } from './resume-sale.ts'
import { timeline } from './timeline.ts'

/** Sales that are read from the log at a time. */
const PAGE_MAX = 200

export function salesCommand(): Command {
  const sales = new Command('sales').description(
    'read the sales and their events, or resume a sale',
  )
  sales
    .command('list')
    .description('list the sales, newest first')
    .addOption(
      new Option('--status <status>', 'only sales with this status').choices(PUBLIC_STATUSES),
    )
    .option('--from <time>', 'only sales requested at this time or later, ISO 8601', instant)
    .option('--to <time>', 'only sales requested before this time, ISO 8601', instant)
    .option('--json', 'print JSON, one sale a line')
    .action(listSales)
  sales
    .command('show')
    .description('show one sale and its events')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(showSale)
  sales
    .command('resume')
    .description('retry the rollback of a sale now, or release a sale that a restored backup holds')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(resumeSale)
  return sales
}

type ListOptions = {
  readonly status?: PublicStatus
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly json?: true
}

async function listSales(options: ListOptions): Promise<void> {
  await withStore(async ({ saleReader }) => {
    const { status, from, to } = options
    if (!options.json) printLine(row('SALE', 'STATUS', 'REQUESTED', 'CONTACT', 'FAILURE'))
    // Sales are read in pages, so that a long log takes no more memory than a short one.
    for (let after: string | undefined; ; ) {
      const { sales, next } = await saleReader.list({ status, from, to, after, limit: PAGE_MAX })
      for (const sale of sales) printLine(options.json ? jsonLine(sale) : textLine(sale))
      if (next === null) return
      after = next
    }
  })
}

function jsonLine(sale: SaleSummary): string {
  return JSON.stringify(publicSaleJson(sale))
}

function textLine({ saleId, status, requestedAt, contactId, failure }: SaleSummary): string {
  const why = failure === null ? '' : `${failure.step}: ${failure.message}`
  return row(saleId, status, new Date(requestedAt).toISOString(), contactId, why)
}

/** Columns as wide as their longest values: a UUID, a status, a time, an id of 20 digits. */
function row(sale: string, status: string, requested: string, contact: string, why: string) {
  const columns = [sale.padEnd(36), status.padEnd(12), requested.padEnd(24), contact.padEnd(20)]
  return [...columns, why].join('  ').trimEnd()
}

async function showSale(id: string, options: { readonly json?: true }): Promise<void> {
  const saleId = parseSaleId(id)
  const sale = saleId && (await withStore(({ saleReader }) => saleReader.show(saleId, undefined)))
  if (sale === undefined) {
    process.stderr.write(`There is no sale ${id}.\n`)
    process.exitCode = 1
  } else if (options.json) {
    printLine(JSON.stringify(publicHistoryJson(sale)))
  } else {
    for (const line of timeline(sale)) printLine(line)
  }
}

import process from 'node:process'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { SaleLog } from '../../application/ports/sale-log.ts'
import { publishedEvent, publishedSummary } from '../../application/published.ts'
import {
  PUBLIC_STATUSES,
  type PublicStatus,
  type SaleSummary,
} from '../../application/sale-summary.ts'
import { parseSaleId } from '../../domain/ids.ts'
import type { EpochMs } from '../../domain/time.ts'
import { printLine, withStore } from './command-config.ts'
import { table } from './table.ts'
import { timeline } from './timeline.ts'

/** Sales read at one go; the list goes on page by page to its end. */
const PAGE_MAX = 200

export function salesCommand(): Command {
  const sales = new Command('sales').description('read the log of the sales')
  sales
    .command('list')
    .description('sales, newest first')
    .addOption(new Option('--status <status>').choices(PUBLIC_STATUSES))
    .option('--from <time>', 'requested at or after, ISO 8601', instant)
    .option('--to <time>', 'requested before, ISO 8601', instant)
    .option('--json', 'as JSON, a sale a line')
    .action(listSales)
  sales
    .command('show')
    .description('one sale and its events')
    .argument('<id>')
    .option('--json', 'as JSON')
    .action(showSale)
  return sales
}

type ListOptions = {
  readonly status?: PublicStatus
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly json?: true
}

async function listSales(options: ListOptions): Promise<void> {
  const sales = await withStore(({ log }) => all(log, options))
  if (options.json) {
    for (const sale of sales) printLine(JSON.stringify(publishedSummary(sale)))
    return
  }
  const rows = sales.map((sale) => [
    sale.saleId,
    sale.status,
    new Date(sale.requestedAt).toISOString(),
    sale.contactId,
    sale.failure === null ? '' : `${sale.failure.step}: ${sale.failure.message}`,
  ])
  const head = ['SALE', 'STATUS', 'REQUESTED', 'CONTACT', 'FAILURE']
  for (const line of table(head, rows)) printLine(line)
}

async function all(log: SaleLog, options: ListOptions): Promise<readonly SaleSummary[]> {
  const { status, from, to } = options
  const sales: SaleSummary[] = []
  for (let after: string | undefined; ; ) {
    const page = await log.list({ status, from, to, after, limit: PAGE_MAX })
    sales.push(...page.sales)
    if (page.next === null) return sales
    after = page.next
  }
}

async function showSale(id: string, options: { readonly json?: true }): Promise<void> {
  const saleId = parseSaleId(id)
  const sale = saleId && (await withStore(({ log }) => log.show(saleId, undefined)))
  if (sale === undefined) {
    process.stderr.write(`There is no sale ${id}.\n`)
    process.exitCode = 1
  } else if (options.json) {
    printLine(
      JSON.stringify({ ...publishedSummary(sale), events: sale.events.map(publishedEvent) }),
    )
  } else {
    for (const line of timeline(sale)) printLine(line)
  }
}

function instant(text: string): EpochMs {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidArgumentError('A time such as 2026-11-24T10:00:00Z.')
  return at as EpochMs
}

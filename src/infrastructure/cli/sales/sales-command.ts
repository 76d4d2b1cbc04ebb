// `gateway sales`: the sales of the log, and one of them resumed.
import { Command, Option } from 'commander'
import { publicHistoryJson } from '../../../application/log/public-json.ts'
import { PUBLIC_STATUSES } from '../../../application/log/sale-summary.ts'
import { printLine } from '../terminal/command-config.ts'
import { printFolded } from '../terminal/folded.ts'
import { noSale, withNamedSale } from '../terminal/named-sale.ts'
import { crmId, instant, whole } from '../terminal/option-values.ts'
import { listSales } from './list-sales.ts'
import { resumeSale } from './resume-sale.ts'
import { TIMELINE_INDENT, timeline } from './timeline.ts'

/** The largest `--limit`. */
const LIMIT_MAX = 999_999_999

/** What a sale is named by, in the help. */
const ID_WORDS = 'id of the sale, or the end of it that "sales list" shows'

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
    .option('--client <name>', 'only sales of this client')
    .option('--contact <id>', 'only sales for this contact', crmId)
    .option('--from <time>', 'only sales requested at this time or later, ISO 8601', instant)
    .option('--to <time>', 'only sales requested before this time, ISO 8601', instant)
    .option('--limit <n>', 'list so many at most', whole(1, LIMIT_MAX))
    .option('--json', 'print JSON, one sale a line')
    .action(listSales)
  sales
    .command('show')
    .description('show one sale and its events')
    .argument('<id>', ID_WORDS)
    .option('--json', 'print JSON')
    .action(showSale)
  sales
    .command('resume')
    .description(
      'retry the rollback of a sale now, or release a sale that a restored backup or an accepted loss holds',
    )
    .argument('<id>', ID_WORDS)
    .option('--json', 'print JSON')
    .action(resumeSale)
  return sales
}

async function showSale(id: string, options: { readonly json?: true }): Promise<void> {
  await withNamedSale(id, async ({ saleReader }, saleId) => {
    const sale = await saleReader.show(saleId, undefined)
    if (sale === undefined) return noSale(id)
    if (options.json) printLine(JSON.stringify(publicHistoryJson(sale)))
    else for (const line of timeline(sale)) printFolded(line, TIMELINE_INDENT)
    return undefined
  })
}

// `gateway zoho orphans`: records in Zoho that the log does not account for.
import process from 'node:process'
import { Command } from 'commander'
import {
  makeFindOrphans,
  type Stray,
  type StrayCounts,
} from '../../../application/crm-setup/find-orphans.ts'
import { commandConfig, printLine } from '../terminal/command-config.ts'
import { withZoho } from './zoho-connection.ts'

export function zohoOrphansCommand(): Command {
  return new Command('orphans')
    .description(
      'list records in Zoho with a reference of this gateway, but without a sale that owns them',
    )
    .option('--json', 'print JSON')
    .action(listOrphans)
}

/** Prints each record when it is found, because there may be too many to keep in memory. */
async function listOrphans(options: { readonly json?: true }): Promise<void> {
  if (commandConfig().crm === 'fake') process.stderr.write(OWN_FAKE)
  const counts = await withZoho(async (connection) => {
    const { store, needs } = connection
    const findOrphans = makeFindOrphans({ ...connection, saleReader: store.saleReader })
    const print = options.json ? jsonPrinter() : textPrinter()
    try {
      return await findOrphans((stray) => print.one(stray, needs.recordModules[stray.step]))
    } finally {
      print.end()
    }
  })
  process.stderr.write(`${summary(counts)}\n`)
  process.exitCode = counts.orphan > 0 ? 1 : 0
}

const OWN_FAKE =
  'CRM=fake: this command has a fake Zoho of its own, without the records of a running gateway.\n'

type Printer = { one(stray: Stray, module: string): void; end(): void }

function textPrinter(): Printer {
  return {
    one({ kind, id, reference }, module) {
      printLine(`${kind.padEnd(7)}  ${module.padEnd(12)}  ${id.padEnd(19)}  ${reference}`)
    },
    end: () => undefined,
  }
}

/** One JSON array, one element a line. */
function jsonPrinter(): Printer {
  let count = 0
  return {
    one({ kind, id, reference, saleId }, module) {
      process.stdout.write(count === 0 ? '[\n' : ',\n')
      process.stdout.write(JSON.stringify({ kind, module, id, reference, saleId }))
      count += 1
    },
    end: () => printLine(count === 0 ? '[]' : '\n]'),
  }
}

const records = (count: number) => `${count} record${count === 1 ? '' : 's'}`

function summary({ orphan, stuck, unknown, gone }: StrayCounts): string {
  return [
    `${orphan} orphan${orphan === 1 ? '' : 's'} that no completed or running sale owns`,
    `${records(stuck)} of stuck sales`,
    `${records(unknown)} of sales that are not in this log`,
    `${records(gone)} of completed sales that are missing in Zoho`,
  ].join('; ')
}

// `audit export`: writes a bundle of evidence to a folder.
import process from 'node:process'
import { Command } from 'commander'
import type { AskedEvidence } from '../../../application/evidence/bundle/bundle-parts.ts'
import type { EpochMs } from '../../../domain/time.ts'
import { requireFree, writeBundle } from '../../evidence/bundle-folder.ts'
import { exportOf } from '../../service/bundle-exporter.ts'
import type { Store } from '../../service/open-store.ts'
import { operator } from '../../system/operator.ts'
import { printLine } from '../terminal/command-config.ts'
import { findNamedSale, isSaleName, noSale } from '../terminal/named-sale.ts'
import { instant } from '../terminal/option-values.ts'
import { withProgress } from '../terminal/progress.ts'
import { withSigner } from './with-signer.ts'

type Options = {
  readonly sale?: string
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly out: string
  readonly json?: true
}

export function exportCommand(): Command {
  return new Command('export')
    .description('evidence to take along: events, proofs, a report, and what checks them')
    .option('--sale <id>', 'one sale, by its id or the end of it; it shows nothing of others')
    .option('--from <time>', 'or all from this time', instant)
    .option('--to <time>', 'until before this time', instant)
    .requiredOption('--out <dir>', 'a folder that is new or empty')
    .option('--json', 'print JSON')
    .action(exportBundle)
}

async function exportBundle(options: Options): Promise<void> {
  const wanted = wantedOf(options)
  if (wanted === undefined) {
    process.stderr.write('Give either --sale ID, or --from T and --to T.\n')
    process.exitCode = 2
    return
  }
  requireFree(options.out)
  await withSigner(async ({ store, sign, signer, clock }) => {
    const asked = await askedOf(wanted, store)
    const { out, json } = options
    const exported = exportOf(store, { sign, signer, clock })
    const count = await withProgress('writing the bundle', async () => {
      const files = typeof asked === 'string' ? undefined : await exported(asked, operator())
      return files && (await writeBundle(out, files))
    })
    if (count === undefined) {
      process.stderr.write(`${typeof asked === 'string' ? asked : nothingOf(asked)}\n`)
      process.exitCode = 1
      return
    }
    printLine(json ? JSON.stringify({ bundle: out, files: count }) : out)
    process.stderr.write(`${count} files. What checks them needs the key: gateway audit key\n`)
  })
}

type Wanted = { readonly name: string } | { readonly from: EpochMs; readonly to: EpochMs }

/** Either one sale or a time; `undefined` for both and for neither. */
function wantedOf({ sale, from, to }: Options): Wanted | undefined {
  if (sale !== undefined) {
    return from === undefined && to === undefined && isSaleName(sale) ? { name: sale } : undefined
  }
  return from === undefined || to === undefined ? undefined : { from, to }
}

/** What to export, or why the name of the sale is that of none. */
async function askedOf(
  wanted: Wanted,
  { saleReader }: Pick<Store, 'saleReader'>,
): Promise<AskedEvidence | string> {
  if (!('name' in wanted)) return wanted
  const named = await findNamedSale(saleReader, wanted.name)
  return named.ok ? { sale: named.saleId } : named.problem
}

function nothingOf(asked: AskedEvidence): string {
  return 'sale' in asked ? noSale(asked.sale) : 'No event is of that time.'
}

// `audit export`: writes a bundle of evidence to a folder.
import process from 'node:process'
import { Command } from 'commander'
import type { AskedEvidence } from '../../../application/evidence/bundle/bundle-parts.ts'
import { parseSaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'
import { requireFree, writeBundle } from '../../evidence/bundle-folder.ts'
import { exportOf } from '../../service/bundle-exporter.ts'
import { operator } from '../../system/operator.ts'
import { printLine } from '../terminal/command-config.ts'
import { instant } from '../terminal/instant.ts'
import { withSigner } from './with-signer.ts'

type Options = {
  readonly sale?: string
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly out: string
}

export function exportCommand(): Command {
  return new Command('export')
    .description('evidence to take along: events, proofs, a report, and what checks them')
    .option('--sale <id>', 'one sale; it shows nothing of others')
    .option('--from <time>', 'or all from this time', instant)
    .option('--to <time>', 'until before this time', instant)
    .requiredOption('--out <dir>', 'a folder that is new or empty')
    .action(exportBundle)
}

async function exportBundle(options: Options): Promise<void> {
  const asked = askedOf(options)
  if (asked === undefined) {
    process.stderr.write('Give either --sale ID, or --from T and --to T.\n')
    process.exitCode = 2
    return
  }
  requireFree(options.out)
  await withSigner(async ({ store, sign, signer, clock }) => {
    const files = await exportOf(store, { sign, signer, clock })(asked, operator())
    if (files === undefined) {
      const what = 'sale' in asked ? `There is no sale ${asked.sale}` : 'No event is of that time'
      process.stderr.write(`${what}.\n`)
      process.exitCode = 1
      return
    }
    const count = await writeBundle(options.out, files)
    printLine(options.out)
    process.stderr.write(`${count} files. What checks them needs the key: gateway audit key\n`)
  })
}

function askedOf({ sale, from, to }: Options): AskedEvidence | undefined {
  if (sale !== undefined) {
    const saleId = parseSaleId(sale)
    const isAlone = from === undefined && to === undefined
    return saleId === undefined || !isAlone ? undefined : { sale: saleId }
  }
  return from === undefined || to === undefined ? undefined : { from, to }
}

import process from 'node:process'
import { Command, InvalidArgumentError } from 'commander'
import { sha256 } from '../../adapters/signing/sha256.ts'
import type { AskedEvidence } from '../../application/audit/bundle-parts.ts'
import { makeSignCheckpoint } from '../../application/audit/sign-checkpoint.ts'
import { parseSaleId } from '../../domain/ids.ts'
import { type EpochMs, parseInstant } from '../../domain/time.ts'
import { openAudit, refusalOf } from '../audit.ts'
import { requireFree, writeBundle } from '../bundle-folder.ts'
import { exportOf } from '../evidence.ts'
import { operator } from '../operator.ts'
import { makeSystemClock } from '../system-clock.ts'
import { commandConfig, printLine, withStore } from './command-config.ts'

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
  await withStore(async (store) => {
    const { signer, file, check } = await openAudit(commandConfig(), store)
    try {
      if (check.type === 'differs') {
        process.stderr.write(refusalOf(check))
        process.exitCode = 1
        return
      }
      const { tree, checkpoints: log } = store
      const clock = makeSystemClock()
      const sign = makeSignCheckpoint({ tree, log, file, signer, sha256, clock })
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
    } finally {
      file.close()
    }
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

function instant(text: string): EpochMs {
  const at = parseInstant(text)
  if (at === undefined) throw new InvalidArgumentError('A time such as 2026-11-24T10:00:00Z.')
  return at
}

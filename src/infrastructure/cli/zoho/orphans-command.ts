// `gateway zoho orphans`: records in Zoho that the log does not account for.
import process from 'node:process'
import { Command } from 'commander'
import {
  makeOrphanDeletion,
  type OrphanDeletion,
  type OrphanEnd,
} from '../../../application/crm-setup/delete-orphans.ts'
import {
  makeFindOrphans,
  type Stray,
  type StrayCounts,
} from '../../../application/crm-setup/find-orphans.ts'
import { openCheckpoints } from '../../service/open-checkpoints.ts'
import type { Store } from '../../service/open-store.ts'
import { operator } from '../../system/operator.ts'
import { commandConfig } from '../terminal/command-config.ts'
import { canAsk, confirm } from '../terminal/confirm.ts'
import { withProgress } from '../terminal/progress.ts'
import { orphanPrinter, type Printer } from './orphan-printer.ts'
import { withZohoAndLog, type ZohoAndLog } from './zoho-connection.ts'

/** Orphans that one run deletes: as many as are kept in memory until the question is answered. */
const DELETES_MAX = 10_000

type Options = { readonly json?: true; readonly delete?: true; readonly yes?: true }

export function zohoOrphansCommand(): Command {
  return new Command('orphans')
    .description(
      'list records in Zoho with a reference of this gateway, but without a sale that owns them',
    )
    .option('--delete', 'delete those of rolled-back sales, after a question')
    .option('--yes', 'delete without a question')
    .option('--json', 'print JSON')
    .action(findOrphans)
}

async function findOrphans(options: Options): Promise<void> {
  const problem = wrongUsage(options)
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`)
    process.exitCode = 2
    return
  }
  if (commandConfig().crm === 'fake') process.stderr.write(OWN_FAKE)
  process.exitCode = await withZohoAndLog((connection) => run(connection, options))
}

function wrongUsage(options: Options): string | undefined {
  if (options.yes && !options.delete) return 'Give --yes together with --delete.'
  if (!options.delete || options.yes || canAsk()) return undefined
  return 'There is no terminal to ask on. Give --yes to delete without a question.'
}

/** Returns the exit code: 1 where an orphan is left, or nothing may be deleted. */
async function run(connection: ZohoAndLog, options: Options): Promise<number> {
  const { store, needs } = connection
  const printer = orphanPrinter(needs.recordModules, options.json === true)
  try {
    const { counts, orphans } = await list(connection, printer)
    if (!options.delete) return counts.orphan > 0 ? 1 : 0
    const { saleReader, eventLog, copied, checkpoints } = store
    const log = { saleReader, eventLog, copied, checkpoints }
    const deletion = makeOrphanDeletion({ ...connection, ...log })
    const refusal = (await deletion.refusal()) ?? (await whyLogDiffers(store))
    if (refusal !== undefined) {
      process.stderr.write(`${refusal}\n`)
      return 1
    }
    if (orphans.length === 0) return 0
    if (!options.yes && !(await isWanted(orphans))) {
      process.stderr.write('Nothing was deleted.\n')
      return 1
    }
    const deleted = await deleteAll(deletion, orphans, printer)
    return deleted < counts.orphan ? 1 : 0
  } finally {
    printer.end()
  }
}

/** Prints each record when it is found, because there may be too many to keep in memory. */
async function list(
  connection: ZohoAndLog,
  printer: Printer,
): Promise<{ readonly counts: StrayCounts; readonly orphans: readonly Stray[] }> {
  const { saleReader } = connection.store
  const orphans: Stray[] = []
  const find = makeFindOrphans({ ...connection, saleReader })
  const found = (stray: Stray) => {
    printer.found(stray)
    if (stray.kind === 'orphan' && orphans.length < DELETES_MAX) orphans.push(stray)
  }
  const counts = await withProgress('reading the records of Zoho', () => find(found))
  process.stderr.write(`${summary(counts)}\n`)
  return { counts, orphans }
}

/** Returns how many of them are no longer there. */
async function deleteAll(
  deletion: OrphanDeletion,
  orphans: readonly Stray[],
  printer: Printer,
): Promise<number> {
  const counts: Record<OrphanEnd['type'], number> = { deleted: 0, absent: 0, kept: 0 }
  const ended = (orphan: Stray, end: OrphanEnd) => {
    counts[end.type] += 1
    printer.ended(orphan, end)
  }
  await withProgress('deleting records', () => deletion.deleteAll(orphans, operator(), ended))
  const { deleted, absent, kept } = counts
  const gone = absent === 0 ? '' : `; ${records(absent)} gone before`
  process.stderr.write(`${records(deleted)} deleted; ${records(kept)} kept${gone}\n`)
  return deleted + absent
}

function isWanted(orphans: readonly Stray[]): Promise<boolean> {
  // Where stdout is a file, the person has not seen the list yet.
  if (!process.stdout.isTTY) {
    for (const { id, reference } of orphans) process.stderr.write(`${id}  ${reference}\n`)
  }
  const most = orphans.length === DELETES_MAX ? `the first ${DELETES_MAX}` : 'these'
  return confirm(
    `Delete ${most} orphans, as far as the log proves that their sales were rolled back?`,
  )
}

/** Why the log is not what its newest checkpoint says: what it shows proves nothing then. */
async function whyLogDiffers(store: Store): Promise<string | undefined> {
  const { check, file } = await openCheckpoints(commandConfig(), store)
  file.close()
  if (check.type === 'whole') return undefined
  return `The log is not what its newest checkpoint says: ${check.why}. Nothing is deleted. Put back the right database.`
}

const OWN_FAKE =
  'CRM=fake: this command has a fake Zoho of its own, without the records of a running gateway.\n'

const records = (count: number) => `${count} record${count === 1 ? '' : 's'}`

function summary({ orphan, stuck, unknown, gone }: StrayCounts): string {
  return [
    `${orphan} orphan${orphan === 1 ? '' : 's'} that a sale has left in Zoho and does not own`,
    `${records(stuck)} of stuck sales`,
    `${records(unknown)} of sales that are not in this log`,
    `${records(gone)} of completed sales that are gone: deleted in Zoho by somebody, or hidden from us`,
  ].join('; ')
}

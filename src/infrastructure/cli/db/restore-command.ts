// `gateway db restore`: puts a backup in the place of the database.
import path from 'node:path'
import process from 'node:process'
import { Command } from 'commander'
import { finishRestore, type Restored } from '../../../adapters/sqlite/copies/put-in-place.ts'
import { IN_MEMORY } from '../../../adapters/sqlite/database/database-file.ts'
import { takeRestoreLock } from '../../../adapters/sqlite/database/serving-lock.ts'
import { AppError } from '../../../application/base/errors.ts'
import type { Config } from '../../config/config.ts'
import { databaseFile } from '../../config/database-settings.ts'
import { operator } from '../../system/operator.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { commandConfig, printLine } from '../terminal/command-config.ts'
import { withProgress } from '../terminal/progress.ts'
import { restoreCopy } from './restore-copy.ts'

/** Held sales that are named to a person; `--json` names all. */
const HELD_NAMED_MAX = 10

export function restoreCommand(): Command {
  return new Command('restore')
    .description(
      'put a file of "db backup" in the place of the database; what was there is kept beside it',
    )
    .argument('<file>')
    .option('--reason <text>', 'why, where sales are lost by it; recorded for ever, and mailed')
    .option('--json', 'print JSON')
    .action(restore)
}

type Options = { readonly reason?: string; readonly json?: true }

const INSTEAD = 'use pg_restore, or a base backup, then gateway audit verify: docs/scaling.md'

async function restore(given: string, { reason, json }: Options): Promise<void> {
  const config = commandConfig()
  const database = databaseFile(config, INSTEAD)
  if (database === IN_MEMORY) throw new AppError('refused', 'a database in memory has no file')
  const file = path.resolve(given)
  const lock = takeRestoreLock(database)
  if (lock === undefined) {
    throw new AppError('refused', `${database} is being served by another process. Stop it first`)
  }
  try {
    const begun = await finishRestore({ database, checkpoints: config.audit.checkpointsPath })
    if (begun !== undefined && begun.file !== file) throw otherError(begun, file)
    const restored = begun ?? (await restoreNow(config, file, reason))
    if (json) printLine(JSON.stringify(restored))
    process.stderr.write(`${linesOf(restored).join('\n')}\n`)
  } finally {
    lock.release()
  }
}

function restoreNow(config: Config, file: string, reason: string | undefined): Promise<Restored> {
  const request = { config, file, reason, operator: operator(), clock: makeSystemClock() }
  return withProgress('restoring the backup', () => restoreCopy(request))
}

function otherError(begun: Restored, file: string): AppError {
  const text = `A restore of ${begun.file} was interrupted, and is finished now. ${file} was not looked at: give the command once more if it is still wanted`
  return new AppError('unavailable', text)
}

/** What was done, and what is to be done next. */
function linesOf(restored: Restored): readonly string[] {
  const { database, position, madeAt, loss, isCompared, setAside, held } = restored
  const more = held.length - HELD_NAMED_MAX
  const known =
    loss === null
      ? 'Nothing of the log that is known here is missing in it.'
      : `${loss.why}. That is recorded at position ${loss.position}, and the next start mails it.`
  return [
    `${database} is the log of ${madeAt} now, up to position ${position}.`,
    ...(setAside === null ? [] : [`What was there is kept: ${setAside}`]),
    isCompared ? known : `Nothing here shows how long the log was. ${UNKNOWN}`,
    'Next:',
    `  gateway audit verify --strict${loss === null ? '' : ` --accepted ${loss.position}`}`,
    '  gateway keys list    (it knows of no key that was made or revoked since)',
    '  start the gateway',
    ...(held.length === 0
      ? []
      : [
          `${held.length} ${held.length === 1 ? 'sale was' : 'sales were'} half-finished in it, and nothing touches them until they`,
          'are named. Look at each in the CRM first:',
          ...held.slice(0, HELD_NAMED_MAX).map((saleId) => `  gateway sales resume ${saleId}`),
          ...(more > 0 ? [`  and ${more} more`] : []),
        ]),
  ]
}

const UNKNOWN =
  'Compare it with a checkpoint that was kept elsewhere: gateway audit verify --anchor FILE'

// `audit accept-loss`: takes a log as it is, although its newest checkpoint says otherwise.
import process from 'node:process'
import { Command } from 'commander'
import { takeServingLock } from '../../../adapters/sqlite/database/serving-lock.ts'
import { acceptLoss } from '../../../application/checkpoints/accept-loss.ts'
import { makeSignCheckpoint } from '../../../application/checkpoints/sign-checkpoint.ts'
import { databaseName } from '../../config/database-settings.ts'
import { mailDomainOf } from '../../service/mailer.ts'
import { openCheckpoints } from '../../service/open-checkpoints.ts'
import { operator } from '../../system/operator.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { checkpointJson } from '../terminal/checkpoint-json.ts'
import {
  commandConfig,
  isBeingServed,
  printHeld,
  printLine,
  requireDatabase,
  withStore,
} from '../terminal/command-config.ts'

export function acceptLossCommand(): Command {
  return new Command('accept-loss')
    .description(
      'take a log as it is that is not what its newest checkpoint says; recorded for ever',
    )
    .requiredOption('--reason <text>', 'why, in your own words')
    .option('--new-key', 'sign with another key from now on: only where the one so far is lost')
    .option('--json', 'print JSON')
    .action(accept)
}

type Options = { readonly reason: string; readonly newKey?: true; readonly json?: true }

/** With PostgreSQL no lock is needed: a gateway that starts meanwhile refuses the log until the loss is accepted. */
async function accept(options: Options): Promise<void> {
  const { database } = commandConfig()
  if (database.type === 'postgres') {
    if (await isBeingServed(database)) return refuseServed(databaseName(database))
    return acceptIn(options)
  }
  requireDatabase(database.path)
  const lock = takeServingLock(database.path)
  if (lock === undefined) return refuseServed(database.path)
  try {
    await acceptIn(options)
  } finally {
    lock.release()
  }
}

function refuseServed(database: string): void {
  process.stderr.write(`${database} is being served by another process.\n`)
  process.exitCode = 2
}

async function acceptIn(options: Options): Promise<void> {
  const { reason, json, newKey: takesNewKey = false } = options
  const config = commandConfig()
  await withStore(async (store) => {
    const opened = await openCheckpoints(config, store, { takesNewKey })
    const { signer, file, knownFile, check } = opened
    try {
      if (check.type === 'whole') {
        process.stderr.write('The log is what its newest checkpoint says: nothing is lost.\n')
        process.exitCode = 1
        return
      }
      const { tree, checkpoints: log, copied } = store
      const clock = makeSystemClock()
      const signCheckpoint = makeSignCheckpoint({ tree, log, file, signer, clock })
      const mailDomain = mailDomainOf(config.mail)
      const deps = { tree, log, signCheckpoint, clock, mailDomain, knownFile }
      const accepted = { operator: operator(), reason }
      const checkpoint = await acceptLoss(deps, check, accepted)
      if (json) printLine(JSON.stringify(checkpointJson(checkpoint)))
      else process.stdout.write(checkpoint.note)
      process.stderr.write(`Accepted, and recorded: ${check.why}.\n`)
      process.stderr.write('The next start mails it to MAIL_TO.\n')
      printHeld(await copied.held())
    } finally {
      file.close()
    }
  })
}

// `gateway db migrate`: the tables of this version in PostgreSQL, made by their owner.
import process from 'node:process'
import { Command } from 'commander'
import { databaseName, requirePostgres } from '../../config/database-settings.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { commandConfig, printLine } from '../terminal/command-config.ts'
import { roleName } from '../terminal/option-values.ts'
import { clearProgress, withProgress } from '../terminal/progress.ts'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      "make the tables of this version in PostgreSQL, with the owner's URL, and give the service its rights",
    )
    .option(
      '--service <role>',
      'role of the gateway; one that was named before needs not be',
      roleName,
    )
    .option('--json', 'print JSON')
    .action(migrateDatabase)
}

type Options = { readonly service?: string; readonly json?: true }

async function migrateDatabase({ service, json }: Options): Promise<void> {
  const config = requirePostgres(commandConfig())
  const { migrateTables } = await import('../../postgres/migrate-tables.ts')
  const { made, services } = await withProgress('making the tables', () =>
    migrateTables(config, service, { clock: makeSystemClock(), onLocked }),
  )
  const database = databaseName(config)
  if (json) printLine(JSON.stringify({ database, made, services }))
  const what = made.length === 0 ? 'there was nothing to make' : `made: ${made.join(', ')}`
  const who =
    services.length === 0
      ? 'No role of the service has rights on them: where it is not their owner, name it with --service.'
      : `Rights of the service: ${services.join(', ')}`
  process.stderr.write(`${database} has the tables of this version; ${what}.\n${who}\n`)
}

function onLocked(text: string): void {
  clearProgress()
  process.stderr.write(`${text}\n`)
}

// `gateway db`: backups of the database.
import { randomUUID } from 'node:crypto'
import process from 'node:process'
import { Command } from 'commander'
import { migrations } from '../../../migrations/index.ts'
import { backUp } from '../../adapters/sqlite/database/back-up.ts'
import { makeSystemClock } from '../system/system-clock.ts'
import { commandConfig, printLine } from './terminal/command-config.ts'
import { withProgress } from './terminal/progress.ts'

export function dbCommand(): Command {
  const db = new Command('db').description('back up the database')
  db.command('backup')
    .description('copy the database to a new file; works while the gateway runs')
    .argument('<file>')
    .option('--json', 'print JSON')
    .action(backUpTo)
  return db
}

async function backUpTo(file: string, options: { readonly json?: true }): Promise<void> {
  const madeAt = makeSystemClock().now()
  const path = commandConfig().databasePath
  const copy = { path, file, suffix: randomUUID(), migrations, madeAt }
  const { position, bytes } = await withProgress('copying the database', () => backUp(copy))
  process.stderr.write(`${file} is a copy of the log up to position ${position}.\n`)
  if (options.json) {
    printLine(JSON.stringify({ file, position, bytes, madeAt: new Date(madeAt).toISOString() }))
  }
}

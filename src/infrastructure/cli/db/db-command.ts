import { Command } from 'commander'
import { backupCommand } from './backup-command.ts'
import { copyCommand } from './copy-command.ts'
import { migrateCommand } from './migrate-command.ts'
import { restoreCommand } from './restore-command.ts'
import { setupCommand } from './setup-command.ts'

/** `gateway db`: the database made, backed up, restored and moved. */
export function dbCommand(): Command {
  const db = new Command('db').description(
    'back up and restore a file of SQLite; make roles and tables in PostgreSQL; move the log',
  )
  const commands = [
    backupCommand(),
    restoreCommand(),
    migrateCommand(),
    setupCommand(),
    copyCommand(),
  ]
  for (const command of commands) db.addCommand(command)
  return db
}

import { Command } from 'commander'
import { backupCommand } from './backup-command.ts'
import { migrateCommand } from './migrate-command.ts'
import { restoreCommand } from './restore-command.ts'
import { setupCommand } from './setup-command.ts'

/** `gateway db`: the database made, backed up and restored. */
export function dbCommand(): Command {
  const db = new Command('db').description(
    'back up and restore a file of SQLite; make roles and tables in PostgreSQL',
  )
  const commands = [backupCommand(), restoreCommand(), migrateCommand(), setupCommand()]
  for (const command of commands) db.addCommand(command)
  return db
}

import { Command } from 'commander'
import { backupCommand } from './backup-command.ts'
import { restoreCommand } from './restore-command.ts'

/** `gateway db`: backups of the database, and their way back. */
export function dbCommand(): Command {
  const db = new Command('db').description('back up the database, and restore a backup')
  for (const command of [backupCommand(), restoreCommand()]) db.addCommand(command)
  return db
}

// The commands under `audit`.
import { Command } from 'commander'
import { acceptLossCommand } from './accept-loss-command.ts'
import { auditCheckpointCommand, auditKeyCommand } from './checkpoint-command.ts'
import { exportCommand } from './export-command.ts'
import { verifyCommand } from './verify-command.ts'
import { witnessCommand } from './witness-command.ts'

export function auditCommand(): Command {
  const audit = new Command('audit').description(
    'check that nobody changed the log, sign its state, export it as evidence',
  )
  const commands = [
    verifyCommand(),
    exportCommand(),
    auditCheckpointCommand(),
    acceptLossCommand(),
    witnessCommand(),
    auditKeyCommand(),
  ]
  for (const command of commands) audit.addCommand(command)
  return audit
}

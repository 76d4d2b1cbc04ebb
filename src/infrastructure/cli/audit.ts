import { Command } from 'commander'
import { acceptLossCommand } from './audit-accept-loss.ts'
import { auditCheckpointCommand, auditKeyCommand } from './audit-checkpoint.ts'
import { exportCommand } from './audit-export.ts'
import { verifyCommand } from './audit-verify.ts'
import { witnessCommand } from './audit-witness.ts'

export function auditCommand(): Command {
  const audit = new Command('audit').description('is the log whole, and who can tell?')
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

// `gateway zoho` and its commands.
import { Command } from 'commander'
import { zohoCheckCommand } from './check-command.ts'
import { zohoConnectCommand } from './connect/connect-command.ts'
import { zohoFakeCommand } from './fake-command.ts'
import { zohoOrphansCommand } from './orphans-command.ts'
import { zohoRehearseCommand } from './rehearse-command.ts'
import { zohoSetupCommand } from './setup-command.ts'

export function zohoCommand(): Command {
  const zoho = new Command('zoho').description('check and set up the Zoho CRM behind the gateway')
  const commands = [
    zohoConnectCommand(),
    zohoCheckCommand(),
    zohoSetupCommand(),
    zohoOrphansCommand(),
    zohoRehearseCommand(),
    zohoFakeCommand(),
  ]
  for (const command of commands) zoho.addCommand(command)
  return zoho
}

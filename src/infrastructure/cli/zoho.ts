import { Command } from 'commander'
import { zohoCheckCommand } from './zoho-check.ts'
import { zohoFakeCommand } from './zoho-fake.ts'
import { zohoOrphansCommand } from './zoho-orphans.ts'
import { zohoSetupCommand } from './zoho-setup.ts'

export function zohoCommand(): Command {
  const zoho = new Command('zoho').description('the CRM behind the gateway')
  const commands = [zohoCheckCommand(), zohoSetupCommand(), zohoOrphansCommand(), zohoFakeCommand()]
  for (const command of commands) zoho.addCommand(command)
  return zoho
}

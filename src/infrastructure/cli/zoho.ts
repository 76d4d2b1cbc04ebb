import { Command } from 'commander'
import { zohoFakeCommand } from './zoho-fake.ts'

export function zohoCommand(): Command {
  return new Command('zoho').description('the CRM behind the gateway').addCommand(zohoFakeCommand())
}

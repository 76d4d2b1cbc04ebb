import process from 'node:process'
import { Command } from 'commander'
import { serve } from '../serve.ts'
import { commandConfig, printLine } from './command-config.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the gateway, by default on 127.0.0.1:3000 with a fake Zoho')
    .action(async () => {
      // What is stopped may leave timers behind, and nobody waits for them.
      process.exit(await serve(commandConfig(), printLine))
    })
}

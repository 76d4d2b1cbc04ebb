import process from 'node:process'
import { Command } from 'commander'
import { serve } from '../service/serve.ts'
import { commandConfig, printLine } from './terminal/command-config.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the gateway, by default on 127.0.0.1:3000 with a fake Zoho')
    .action(async () => {
      process.stdout.on('error', () => undefined)
      // What is stopped may leave timers behind, and nobody waits for them.
      process.exit(await serve(commandConfig(), sayIfPossible))
    })
}

/**
 * The first lines may go to a file on a full disk; the service is worth more than they are. Node
 * tells of it by an event, Deno throws.
 */
function sayIfPossible(text: string): void {
  try {
    printLine(text)
  } catch {}
}

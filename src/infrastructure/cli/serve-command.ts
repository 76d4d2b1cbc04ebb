// `gateway serve`: the service, until it is stopped.
import process from 'node:process'
import { Command } from 'commander'
import { serve } from '../service/serve.ts'
import { commandConfig, printLine } from './terminal/command-config.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description('run the gateway; without settings, on 127.0.0.1:3000 with a fake Zoho')
    .action(async () => {
      // Ends the process, because timers that nobody needs any more would keep it alive.
      process.exit(await serve(commandConfig(), sayIfPossible))
    })
}

/**
 * Prints the first lines, or nothing. Where stdout is a file on a full disk Deno throws, and the
 * service must start all the same.
 */
function sayIfPossible(text: string): void {
  try {
    printLine(text)
  } catch {}
}

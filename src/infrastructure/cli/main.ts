import process from 'node:process'
import { Command, CommanderError } from 'commander'
import { AppError } from '../../application/base/errors.ts'
import { ConfigError } from './terminal/command-config.ts'

/** Exit codes: 0 it is so, 1 a finding or a failure, 2 wrong usage or configuration. */
const FAILURE = 1
const WRONG_USAGE = 2

/** Only what is asked for is loaded: to load it all would take "keys" twice as long as it does. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve-command.ts')).serveCommand(),
  demo: async () => (await import('./demo-command.ts')).demoCommand(),
  keys: async () => (await import('./keys-command.ts')).keysCommand(),
  sales: async () => (await import('./sales/sales-command.ts')).salesCommand(),
  zoho: async () => (await import('./zoho/zoho-command.ts')).zohoCommand(),
  mail: async () => (await import('./mail-command.ts')).mailCommand(),
  db: async () => (await import('./db-command.ts')).dbCommand(),
  audit: async () => (await import('./audit/audit-command.ts')).auditCommand(),
}

/** The command line. stdout is data, stderr is talk. Sets the exit code; never throws. */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('gateway').description(
    'The PLG sales gateway: an all-or-nothing sale in Zoho CRM.',
  )
  const [asked = ''] = args
  const names = Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS)
  for (const name of names) {
    const command = await COMMANDS[name]?.()
    if (command !== undefined) program.addCommand(command)
  }
  throwInsteadOfExit(program)
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = exitCodeOf(error)
  }
}

/** Commander would end the process itself, with 1 for what is wrong usage. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) throwInsteadOfExit(child)
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.problems.join('\n')}\n`)
    return WRONG_USAGE
  }
  if (error instanceof AppError) {
    process.stderr.write(`${chainOf(error)}\n`)
    return error.code === 'refused' ? WRONG_USAGE : FAILURE
  }
  // A system error such as a taken port explains itself; a bug needs its stack.
  const known = error instanceof Error && 'code' in error
  process.stderr.write(`${known ? error.message : String((error as Error)?.stack ?? error)}\n`)
  return FAILURE
}

/** How many causes of causes are told. */
const CAUSES_MAX = 5

/** A message never repeats its cause, so the chain tells more than its first link. */
function chainOf(error: Error): string {
  const messages: string[] = []
  for (let one: unknown = error; one instanceof Error && messages.length < CAUSES_MAX; ) {
    messages.push(one.message)
    one = one.cause
  }
  return messages.join(': ')
}

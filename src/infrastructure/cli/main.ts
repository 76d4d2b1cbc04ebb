// The command line: which command runs, and what its errors mean for the exit code.
import process from 'node:process'
import v8 from 'node:v8'
import { Command, CommanderError } from 'commander'
import { AppError } from '../../application/base/errors.ts'
import { nearNameWarnings } from '../config/near-names.ts'
import { SOFTWARE } from '../system/software.ts'
import { allowCreate, ConfigError } from './terminal/command-config.ts'

// Exit codes. 0 is success.
/** A failure, or a check that found something. */
const FAILURE = 1
/** Wrong usage, or wrong settings. */
const WRONG_USAGE = 2

/** Loaded one by one, because loading all of them would make `keys` take twice as long. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve-command.ts')).serveCommand(),
  demo: async () => (await import('./demo-command.ts')).demoCommand(),
  keys: async () => (await import('./keys-command.ts')).keysCommand(),
  sales: async () => (await import('./sales/sales-command.ts')).salesCommand(),
  zoho: async () => (await import('./zoho/zoho-command.ts')).zohoCommand(),
  mail: async () => (await import('./mail-command.ts')).mailCommand(),
  db: async () => (await import('./db/db-command.ts')).dbCommand(),
  doctor: async () => (await import('./doctor/doctor-command.ts')).doctorCommand(),
  config: async () => (await import('./config-command.ts')).configCommand(),
  audit: async () => (await import('./audit/audit-command.ts')).auditCommand(),
}

/** Runs one command. Data goes to stdout, messages to stderr. Sets the exit code; never throws. */
export async function main(given: readonly string[]): Promise<void> {
  outliveReaders()
  // npm takes this mark away, `deno task` hands it on.
  const args = given[0] === '--' ? given.slice(1) : given
  const program = await makeProgram(args)
  // The program is loaded; V8's own factor is 2. `gateway.js` has set 1.
  v8.setFlagsFromString('--semi-space-growth-factor=2')
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = exitCodeOf(error)
  }
}

/** The command that is asked for; all of them where none is. */
export async function makeProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('gateway')
    .description('The PLG sales gateway: an all-or-nothing sale in Zoho CRM.')
    .version(SOFTWARE.split('/')[1] ?? SOFTWARE, '--version')
    .option('--create', 'make the database where there is none; serve always does')
  const [asked = ''] = args
  const names = Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS)
  for (const name of names) {
    const command = await COMMANDS[name]?.()
    if (command !== undefined) program.addCommand(command)
  }
  // A hook, so that also a command that its settings stop has named what was probably meant.
  program.hook('preAction', () => {
    if (program.opts()['create'] === true) allowCreate()
    for (const warning of nearNameWarnings(Object.keys(process.env))) {
      process.stderr.write(`${warning}\n`)
    }
  })
  throwInsteadOfExit(program)
  // Whoever serves needs no help, and would keep it in memory.
  if (asked !== 'serve' || args.length > 1) (await import('./help.ts')).addHelp(program)
  return program
}

/**
 * A reader of stdout or stderr may go before the end, as `head` does. The command then goes on unheard,
 * so that it does what it was asked to do, and its exit code says what came of that.
 */
function outliveReaders(): void {
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') return
    // Such as a full disk: what is in the file is not all.
    process.exitCode = FAILURE
    process.stderr.write(`stdout: ${error.message}\n`)
  })
}

/** Without this, Commander ends the process itself, and with 1 where usage is wrong. */
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
  // The message of a system error, such as a port in use, is enough; a bug needs its stack.
  const known = error instanceof Error && 'code' in error
  process.stderr.write(`${known ? error.message : String((error as Error)?.stack ?? error)}\n`)
  return FAILURE
}

/** Causes that are reported with an error. */
const CAUSES_MAX = 5

/** The message of an error and those of its causes. No message here repeats that of its cause. */
function chainOf(error: Error): string {
  const messages: string[] = []
  for (let one: unknown = error; one instanceof Error && messages.length < CAUSES_MAX; ) {
    messages.push(one.message)
    one = one.cause
  }
  return messages.join(': ')
}

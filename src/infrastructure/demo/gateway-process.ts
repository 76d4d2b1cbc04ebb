// Starts a gateway in another process, for the demo and the tests.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** A start that takes longer counts as failed. */
const START_TIMEOUT_MS = 30_000

/** Characters of stderr that the message of a failed start holds. */
const STDERR_CHARS_MAX = 4_000

const ENTRY = fileURLToPath(new URL('../gateway.js', import.meta.url))

/** The permissions of the tasks in deno.json, for a gateway that runs on Deno. */
const DENO_PERMISSIONS = ['net', 'read', 'write', 'env', 'ffi', 'sys', 'run'] as const

/** Variables of our environment that a started gateway gets. */
const INHERITED = [
  'PATH',
  'HOME',
  'DENO_DIR',
  'TMPDIR',
  'NODE_COMPILE_CACHE',
  'NODE_V8_COVERAGE',
] as const

/** The environment of a program that is started with these settings and no others. */
export function environmentOf(
  settings: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(inherited), ...settings }
}

export type GatewayCommand = { readonly file: string; readonly args: readonly string[] }

/** The command line of `gateway` with these arguments, on the runtime of this process. */
export function gatewayCommand(args: readonly string[], entry = ENTRY): GatewayCommand {
  const denoArgs = ['run', ...DENO_PERMISSIONS.map((name) => `--allow-${name}`)]
  const runtimeArgs = 'Deno' in globalThis ? denoArgs : []
  return { file: process.execPath, args: [...runtimeArgs, entry, ...args] }
}

/** A process that was started with `serve`, and may not be ready yet. */
export type LaunchedGateway = {
  readonly pid: number
  /** Rejects when it ends or prints no address before it serves; its stderr is in the message. */
  readonly ready: Promise<GatewayProcess>
  /** Resolves to the exit code when the process is gone; to `null` after a signal. */
  readonly ended: Promise<number | null>
  hasEnded(): boolean
  /** Sends SIGKILL. Resolves when the process is gone, to the exit code if it ended by itself. */
  kill(): Promise<number | null>
}

/** A gateway in its own process, which can be killed like by a power cut. */
export type GatewayProcess = Omit<LaunchedGateway, 'ready'> & {
  readonly url: string
  /** The lines that it printed when it began to serve. */
  readonly lines: readonly string[]
  /** Sends SIGTERM. Resolves to the exit code. */
  stop(): Promise<number | null>
  /** Kills the process if it is still there. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts `gateway serve` with these settings and no others.
 *
 * @throws {Error} when it ends or prints no address before it serves; its stderr is in the message.
 */
export function startGateway(
  settings: Readonly<Record<string, string>>,
  command?: GatewayCommand,
): Promise<GatewayProcess> {
  return launchGateway(settings, command === undefined ? {} : { command }).ready
}

/** Starts it without waiting, for a test that kills it while it starts or reads its stderr. */
export function launchGateway(
  settings: Readonly<Record<string, string>>,
  options: {
    readonly command?: GatewayCommand
    readonly onStderr?: (text: string) => void
  } = {},
): LaunchedGateway {
  const { file, args } = options.command ?? gatewayCommand(['serve'])
  const child = spawn(file, args, {
    env: environmentOf(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => options.onStderr?.(text))
  // `close` and not `exit`, because the last output may arrive after `exit`.
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const { pid } = child
  if (pid === undefined) throw new Error(`the gateway was not started: ${file}`)
  const kill = async () => {
    child.kill('SIGKILL')
    return ended
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const launched = { pid, ended, hasEnded, kill }
  const ready = startLinesOf(child).then((lines) => serving(launched, lines))
  // A test that kills it early does not wait for `ready`; its rejection must not end the test.
  ready.catch(() => undefined)
  return { ...launched, ready }
}

function serving(
  launched: Omit<LaunchedGateway, 'ready'>,
  lines: readonly string[],
): GatewayProcess {
  const url = /https?:\/\/\S+/.exec(lines[0] ?? '')?.[0]
  if (url === undefined) throw new Error(`the gateway printed no address: ${lines[0]}`)
  return {
    ...launched,
    url,
    lines,
    async [Symbol.asyncDispose]() {
      await launched.kill()
    },
    async stop() {
      // Not `child.kill`: after it, Deno reports the signal instead of the exit code.
      if (!launched.hasEnded()) process.kill(launched.pid, 'SIGTERM')
      return launched.ended
    },
  }
}

/** The lines that it wrote to stdout when it began to serve, in one write. */
async function startLinesOf(child: ChildProcess): Promise<readonly string[]> {
  let printed = ''
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-STDERR_CHARS_MAX)
  })
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>()
  const fail = (why: string) => reject(new Error(`the gateway ${why}: ${errors}`))
  const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS)
  child.stdout?.on('data', (chunk) => {
    printed += chunk
    if (printed.includes('\n')) resolve(printed.split('\n'))
  })
  child.once('exit', (code) => fail(`ended with ${code}`))
  child.once('error', (error) => fail(error.message))
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}

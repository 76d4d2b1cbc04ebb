import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** How long a start may take before it counts as failed. */
const START_TIMEOUT_MS = 30_000

const ENTRY = fileURLToPath(new URL('../gateway.js', import.meta.url))

/** What the tasks in deno.json allow, for a gateway that is started by Deno. */
const DENO_PERMISSIONS = ['net', 'read', 'write', 'env', 'ffi', 'sys', 'run'] as const

/** What a started gateway gets of our own environment. */
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

/** The command line that runs `gateway` with these arguments on the runtime that runs us. */
export function gatewayCommand(args: readonly string[], entry = ENTRY): GatewayCommand {
  const denoArgs = ['run', ...DENO_PERMISSIONS.map((name) => `--allow-${name}`)]
  const runtimeArgs = 'Deno' in globalThis ? denoArgs : []
  return { file: process.execPath, args: [...runtimeArgs, entry, ...args] }
}

/** A process that was told to serve, whether it does so already or not. */
export type LaunchedGateway = {
  readonly pid: number
  /** Rejects when it ends, or says no address, before it serves; its stderr is in the message. */
  readonly ready: Promise<GatewayProcess>
  /** Resolves when the process is gone, to its exit code; `null` after a signal. */
  readonly ended: Promise<number | null>
  hasEnded(): boolean
  /** SIGKILL; resolves when the process is gone, to the exit code if it had ended by itself. */
  kill(): Promise<number | null>
}

/** A gateway in a process of its own, so that it can be killed as a power cut would. */
export type GatewayProcess = Omit<LaunchedGateway, 'ready'> & {
  readonly url: string
  /** The lines it said when it began. */
  readonly lines: readonly string[]
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>
  /** Makes sure that the process is gone, whatever became of it. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts `gateway serve` with these settings and no others.
 *
 * @throws {Error} when it ends, or says no address, before it serves; its stderr is in the message.
 */
export function startGateway(
  settings: Readonly<Record<string, string>>,
  command?: GatewayCommand,
): Promise<GatewayProcess> {
  return launchGateway(settings, command === undefined ? {} : { command }).ready
}

/** The same without waiting, for those who kill it while it starts, or read what it complains of. */
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
  // Not `exit`: what it said last is to be read before it counts as gone.
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
  // Whoever kills it early does not wait for this.
  ready.catch(() => undefined)
  return { ...launched, ready }
}

function serving(
  launched: Omit<LaunchedGateway, 'ready'>,
  lines: readonly string[],
): GatewayProcess {
  const url = /https?:\/\/\S+/.exec(lines[0] ?? '')?.[0]
  if (url === undefined) throw new Error(`the gateway said no address: ${lines[0]}`)
  return {
    ...launched,
    url,
    lines,
    async [Symbol.asyncDispose]() {
      await launched.kill()
    },
    async stop() {
      // Not `child.kill`: Deno then tells the signal, whatever the exit code was.
      if (!launched.hasEnded()) process.kill(launched.pid, 'SIGTERM')
      return launched.ended
    },
  }
}

/** What it wrote to stdout when it began to serve; that is one write. */
async function startLinesOf(child: ChildProcess): Promise<readonly string[]> {
  let said = ''
  let complained = ''
  child.stderr?.on('data', (chunk) => {
    complained = `${complained}${chunk}`.slice(-4_000)
  })
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>()
  const fail = (why: string) => reject(new Error(`the gateway ${why}: ${complained}`))
  const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS)
  child.stdout?.on('data', (chunk) => {
    said += chunk
    if (said.includes('\n')) resolve(said.split('\n'))
  })
  child.once('exit', (code) => fail(`ended with ${code}`))
  child.once('error', (error) => fail(error.message))
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}

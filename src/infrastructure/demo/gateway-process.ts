import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** How long a start may take before it counts as failed. */
const START_TIMEOUT_MS = 30_000

const ENTRY = fileURLToPath(new URL('../gateway.js', import.meta.url))

/** What the tasks in deno.json allow, for a gateway that is started by Deno. */
const DENO_PERMISSIONS = ['net', 'read', 'write', 'env', 'ffi', 'sys', 'run'] as const

export type GatewayCommand = { readonly file: string; readonly args: readonly string[] }

/** The command line that runs `gateway` with these arguments on the runtime that runs us. */
export function gatewayCommand(args: readonly string[]): GatewayCommand {
  const denoArgs = ['run', ...DENO_PERMISSIONS.map((name) => `--allow-${name}`)]
  const runtimeArgs = 'Deno' in globalThis ? denoArgs : []
  return { file: process.execPath, args: [...runtimeArgs, ENTRY, ...args] }
}

/** A gateway in a process of its own, so that it can be killed as a power cut would. */
export type GatewayProcess = {
  readonly url: string
  /** The lines it said when it began. */
  readonly lines: readonly string[]
  /** SIGKILL; resolves when the process is gone, to the exit code if it had ended by itself. */
  kill(): Promise<number | null>
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>
  /** Makes sure that the process is gone, whatever became of it. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts `gateway serve` with these settings and no others. A `command` of one's own becomes it in
 * the end, in the same process.
 *
 * @throws {Error} when it ends, or says no address, before it serves; its stderr is in the message.
 */
export async function startGateway(
  settings: Readonly<Record<string, string>>,
  { file, args }: GatewayCommand = gatewayCommand(['serve']),
): Promise<GatewayProcess> {
  const inherited = ['PATH', 'HOME', 'DENO_DIR', 'TMPDIR'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const env = { ...Object.fromEntries(inherited), ...settings }
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  const lines = await startLinesOf(child)
  const url = /https?:\/\/\S+/.exec(lines[0] ?? '')?.[0]
  if (url === undefined) throw new Error(`the gateway said no address: ${lines[0]}`)
  const kill = async () => {
    child.kill('SIGKILL')
    return ended
  }
  return {
    url,
    lines,
    kill,
    async [Symbol.asyncDispose]() {
      await kill()
    },
    async stop() {
      // Not `child.kill`: Deno then tells the signal, whatever the exit code was.
      const hasEnded = child.exitCode !== null || child.signalCode !== null
      if (child.pid !== undefined && !hasEnded) process.kill(child.pid, 'SIGTERM')
      return ended
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

// Starts `child.ts`, and talks to it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./child.ts', import.meta.url))
const RUN = 'Deno' in globalThis ? ['run', '-A'] : []

export type Child = {
  /** Lets the task begin, and says its answer. */
  go(): Promise<unknown>
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
} & AsyncDisposable

/** Another process, of the same runtime, that is ready to do one task of `child.ts`. */
export async function startChild(...task: readonly string[]): Promise<Child> {
  const child = spawn(process.execPath, [...RUN, SCRIPT, ...task], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return {
    async go() {
      child.stdin.write('go\n')
      const { value } = await lines.next()
      return JSON.parse(String(value))
    },
    kill: () => kill(child),
    [Symbol.asyncDispose]: () => kill(child),
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

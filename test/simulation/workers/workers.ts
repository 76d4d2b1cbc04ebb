import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const RUN = 'Deno' in globalThis ? ['run', '-A'] : []

/** More processes than this would only take turns on the machines that CI has. */
const WORKERS_MAX = 8

/** What a worker reports from time to time, as one line of JSON. Counts are those since the last. */
export type WorkerReport = {
  readonly counts: readonly (readonly [name: string, count: number])[]
  readonly failures: readonly Failure[]
}

/** A run in which something happened that never must. */
export type Failure = { readonly run: string; readonly violations: readonly string[] }

/**
 * Runs a script in as many processes as there are cores. It is given its number, from
 * 0, how many there are, and `args`.
 *
 * @throws {Error} when one of them ends with an error.
 */
export async function runInWorkers(
  script: URL,
  args: readonly number[],
  onReport: (report: WorkerReport) => void,
): Promise<void> {
  const file = fileURLToPath(script)
  const workers = Math.min(availableParallelism(), WORKERS_MAX)

  async function work(number: number): Promise<void> {
    const all = [number, workers, ...args].map(String)
    const child = spawn(process.execPath, [...RUN, file, ...all], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    for await (const line of createInterface({ input: child.stdout })) {
      onReport(JSON.parse(line) as WorkerReport)
    }
    const [code] = await ended
    if (code !== 0) throw new Error(`${file}: worker ${number} ended with ${code}`)
  }

  await Promise.all(Array.from({ length: workers }, (_, number) => work(number)))
}

// Runs a program of the benchmarks that measures by itself, and reads the result that it prints.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const BENCH = new URL('..', import.meta.url)

/**
 * Runs a file of `bench/` on Node, and returns what it printed behind `result `.
 *
 * @param onText is called with all that it printed so far, whenever it prints
 * @throws {Error} when it ends without a result
 */
export async function runProgram(
  file: string,
  plan: object,
  onText: (said: string) => void = () => undefined,
): Promise<unknown> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(file, BENCH)), JSON.stringify(plan)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    onText(said)
  })
  const [code] = await once(child, 'close')
  const json = /^result (.*)$/m.exec(said)?.[1]
  if (json === undefined) throw new Error(`${file} ended with ${code}, without a result`)
  return JSON.parse(json)
}

/** The plan that `runProgram` handed over. */
export function planGiven<Plan>(): Plan {
  return JSON.parse(process.argv[2] ?? '{}') as Plan
}

export function printResult(result: unknown): void {
  process.stdout.write(`result ${JSON.stringify(result)}\n`)
}

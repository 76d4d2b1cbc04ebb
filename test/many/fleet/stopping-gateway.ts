import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { main } from '../../../src/infrastructure/cli/main.ts'

// The gateway itself, in a process that stops itself by SIGSTOP right before creates leave it: after the look at
// its lease, where no look can help. The variable STOP says at which; whoever continues it lets them go.

/** Which creates are held, and what is written once all of them are: a file, right before the process stops. */
export type StopAt = {
  readonly file: string
  /** How many of each module. */
  readonly creates: Readonly<Record<string, number>>
}

const { file, creates } = JSON.parse(process.env['STOP'] ?? '{}') as StopAt
const left = new Map(Object.entries(creates))
const { promise: goOn, resolve: letGo } = Promise.withResolvers<void>()
const send = globalThis.fetch

globalThis.fetch = async function fetchToStop(input, init) {
  const module = /\/crm\/v8\/(\w+)$/.exec(String(input))?.[1] ?? ''
  const count = init?.method === 'POST' ? (left.get(module) ?? 0) : 0
  if (count > 0) {
    left.set(module, count - 1)
    if ([...left.values()].every((more) => more === 0)) stopSelf()
    await goOn
  }
  return send(input, init)
} as typeof fetch

function stopSelf(): void {
  writeFileSync(file, '')
  process.kill(process.pid, 'SIGSTOP')
  letGo()
}

await main(process.argv.slice(2))

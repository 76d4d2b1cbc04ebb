// Starts a gateway as a process of its own, and keeps what it writes.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { environmentOf, gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'
import { until } from '../time/until.ts'

export type HeardGateway = {
  readonly url: string
  /** All that it wrote so far, to stdout and stderr. */
  said(): string
  /** `null` while it runs, and after a signal. */
  exitCode(): number | null
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Makes sure that the process is gone, whatever became of the test. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts `gateway serve`, and keeps every byte of its output. */
export async function startHeard(
  settings: Readonly<Record<string, string>>,
): Promise<HeardGateway> {
  const { file, args } = gatewayCommand(['serve'])
  const child: ChildProcess = spawn(file, args, {
    env: environmentOf(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'close')
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  }
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    // Not `child.kill`, which on Deno does more than send the signal.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(child.pid, signal)
    }
    await exited
  }
  const address = () => /^PLG sales gateway on (\S+)[ \n]/m.exec(said)?.[1]
  await until('the gateway serves', () => address() !== undefined)
  return {
    url: address() ?? '',
    said: () => said,
    exitCode: () => child.exitCode,
    end,
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  }
}

// Runs a command to its end.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { environmentOf, gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'

export type Run = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs a program to its end. */
export async function run(
  file: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const child = spawn(file, args, {
    env: environmentOf(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

/** Runs `gateway` with these arguments on the runtime that runs us. */
export function runGateway(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Run> {
  const command = gatewayCommand(args)
  return run(command.file, command.args, settings)
}

/** A folder of a test's own. */
export async function makeFolder(): Promise<{
  readonly path: string
  [Symbol.asyncDispose](): Promise<void>
}> {
  const folder = await mkdtemp(path.join(tmpdir(), 'plg-gateway-'))
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

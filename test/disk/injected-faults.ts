import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import {
  type GatewayCommand,
  gatewayCommand,
} from '../../src/infrastructure/demo/gateway-process.ts'

// strace makes a system call of the traced process fail without making it (`man strace`, inject).
// It counts the calls of each thread by itself; SQLite works on the main thread alone.

export type DiskFault = {
  readonly call: 'pwrite64' | 'fsync'
  readonly error: 'ENOSPC' | 'EIO'
  /** The first call that fails, from 1. */
  readonly nth: number
  /** All after it fail, too. */
  readonly forEver: boolean
}

/** Why faults cannot be injected here; `undefined` when they can. */
export function whyNotInjected(): string | undefined {
  if (process.platform !== 'linux') return 'strace injects faults on Linux only'
  const tried = spawnSync('strace', ['-D', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', 'true'])
  if (tried.error !== undefined) return 'strace is not installed'
  return tried.status === 0 ? undefined : 'strace may not trace a process here'
}

/**
 * `gateway` with these arguments, its writes and syncs on the database traced into `trace`, and
 * failing as `fault` says. It is the process itself: strace is beside it.
 */
export function tracedGateway(
  args: readonly string[],
  database: string,
  trace: string,
  fault?: DiskFault,
): GatewayCommand {
  const gateway = gatewayCommand(args)
  const files = ['', '-wal', '-shm'].flatMap((suffix) => ['-P', `${database}${suffix}`])
  const inject = fault === undefined ? [] : ['-e', `inject=${injection(fault)}`]
  return {
    file: 'strace',
    args: [
      ...['-D', '-f', '--seccomp-bpf', '-qq', '-o', trace, '-e', 'trace=pwrite64,fsync'],
      ...[...inject, ...files, gateway.file, ...gateway.args],
    ],
  }
}

function injection({ call, error, nth, forEver }: DiskFault): string {
  return `${call}:error=${error}:when=${nth}${forEver ? '+' : ''}`
}

/** How many calls of this name a trace shows, and how many of them were made to fail. */
export async function callsIn(
  trace: string,
  call: DiskFault['call'],
): Promise<{ readonly made: number; readonly failed: number }> {
  const lines = (await readFile(trace, 'utf8')).split('\n').filter((l) => l.includes(`${call}(`))
  return { made: lines.length, failed: lines.filter((l) => l.endsWith('(INJECTED)')).length }
}

// Makes a write or a sync of the real process fail, by strace.
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
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
      ...['-D', '-f', '--seccomp-bpf', '-q', '-o', trace, '-e', 'trace=pwrite64,fsync'],
      ...[...inject, ...files, gateway.file, ...gateway.args],
    ],
  }
}

function injection({ call, error, nth, forEver }: DiskFault): string {
  return `${call}:error=${error}:when=${nth}${forEver ? '+' : ''}`
}

/** How often, and for how many times, a trace is looked at that is not at its end yet. */
const POLL_MS = 10
const POLLS_MAX = 1_000

/** The index in shared memory is made longer by a byte of each page; it is never read after a crash. */
const MADE_LONGER = /"\\0", 1, /

export type Traced = {
  /** Calls that were made to fail. */
  readonly failed: number
  /** Writes that went well after the first of them. */
  readonly writtenAfter: number
}

/** What the trace of an ended gateway shows. */
export async function readTrace(trace: string): Promise<Traced> {
  for (let polls = 0; polls < POLLS_MAX; polls += 1) {
    const lines = (await readFile(trace, 'utf8')).trimEnd().split('\n')
    const main = pidOf(lines.find((line) => line.includes('(')))
    const last = lines.at(-1)
    // strace outlives what it traces by a moment, and writes late; the main thread ends last.
    if (last?.endsWith(' +++') && pidOf(last) === main) return tracedIn(lines)
    await sleep(POLL_MS)
  }
  throw new Error('strace did not come to its end')
}

function tracedIn(lines: readonly string[]): Traced {
  const isFailed = (line: string) => line.endsWith('(INJECTED)')
  const after = lines.slice(lines.findIndex(isFailed)).filter((line) => !isFailed(line))
  return {
    failed: lines.filter(isFailed).length,
    writtenAfter: after.filter((line) => line.includes('pwrite64(') && !MADE_LONGER.test(line))
      .length,
  }
}

function pidOf(line: string | undefined): string | undefined {
  return line?.split(/ +/)[0]
}

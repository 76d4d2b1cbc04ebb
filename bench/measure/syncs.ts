// Syncs of the disk that a sale costs, counted by `strace` in a run of their own, because it slows the subject down.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Subject } from '../base/subject.ts'
import { wait } from '../base/wait.ts'
import { loaded } from './loaded.ts'
import { treeOf } from './process-tree.ts'
import { startSubject } from './running-subject.ts'

export type Syncs = {
  readonly subject: string
  readonly callers: number
  /** Calls of `fsync` and `fdatasync` a sale, those of all background work included. */
  readonly aSale: number
}

/** `strace` has hold of all threads when it has reported no further one for so many milliseconds. */
const QUIET_MS = 500
const ATTACH_MS_MAX = 20_000

/** Counts at 0 ms a call. */
export async function measureSyncs(
  subject: Subject,
  callers: number,
  { root, spanMs }: { readonly root: string; readonly spanMs: number },
): Promise<Syncs> {
  await using running = await startSubject(subject, { crmMs: 0, root })
  const summary = path.join(root, `syncs-${subject.name}`)
  const pids = treeOf(running.pid)
  const strace = spawn(
    'strace',
    [
      '-f',
      '-c',
      '-o',
      summary,
      '-e',
      'trace=fsync,fdatasync',
      ...pids.flatMap((pid) => ['-p', String(pid)]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = once(strace, 'close')
  await untilAttached(strace.stderr, pids.length)
  const { sales } = await loaded(running, { callers, warmMs: 0, spanMs })
  strace.kill('SIGINT')
  await ended
  const calls = callsIn(readFileSync(summary, 'utf8'))
  rmSync(summary)
  return { subject: subject.name, callers, aSale: calls / sales }
}

/**
 * Waits for a line about each process, and then until no further thread is reported. Reads on after
 * that, or `strace` would be held up.
 */
async function untilAttached(said: NodeJS.ReadableStream, processes: number): Promise<void> {
  let lines = 0
  let lastAt = 0
  said.setEncoding('utf8').on('data', (text: string) => {
    lines += text.split('\n').length - 1
    lastAt = performance.now()
  })
  const end = performance.now() + ATTACH_MS_MAX
  while (lines < processes || performance.now() - lastAt < QUIET_MS) {
    if (performance.now() > end) throw new Error('strace did not take hold of the subject')
    await wait(QUIET_MS / 5)
  }
}

/** The sum of the column `calls` in a summary of `strace -c`. */
export function callsIn(summary: string): number {
  const rows = summary.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) .*\bf(?:data)?sync$/gm)
  return [...rows].reduce((sum, [, calls]) => sum + Number(calls), 0)
}

// What a process and all that it started use, read from `/proc` (Linux, `man 5 proc`).

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

export type Usage = {
  /** Milliseconds of user and system time. */
  readonly cpuMs: number
  /** Bytes that were caused to be sent to the storage layer. */
  readonly writtenBytes: number
  /** Bytes of memory; shared pages are divided among those who share them. */
  readonly pssBytes: number
  /** Bytes of memory; shared pages count for each process. */
  readonly rssBytes: number
}

/** A block as `stat` counts them (`man 2 stat`). */
const BLOCK_BYTES = 512

/** `utime`, `stime`, `cutime` and `cstime` in `/proc/PID/stat`, counted from the field behind the name. */
const FIRST_TIME_FIELD = 11
const TIME_FIELDS = 4

let ticksPerSecond: number | undefined

/** The usage of the tree whose root is `pid`. A process that ends meanwhile counts as far as it was read. */
export function usageOf(pid: number): Usage {
  const total = { cpuMs: 0, writtenBytes: 0, pssBytes: 0, rssBytes: 0 }
  for (const one of treeOf(pid)) {
    const usage = usageOfOne(one)
    total.cpuMs += usage.cpuMs
    total.writtenBytes += usage.writtenBytes
    total.pssBytes += usage.pssBytes
    total.rssBytes += usage.rssBytes
  }
  return total
}

/** The process and its descendants. */
export function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = Number(statFields(Number(name))[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const found = [root]
  for (const pid of found) found.push(...(children.get(pid) ?? []))
  return found
}

function usageOfOne(pid: number): Usage {
  const times = statFields(pid).slice(FIRST_TIME_FIELD, FIRST_TIME_FIELD + TIME_FIELDS)
  const ticks = times.reduce((sum, text) => sum + Number(text), 0)
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  const memory = read(`/proc/${pid}/smaps_rollup`)
  return {
    cpuMs: (ticks * 1_000) / ticksPerSecond,
    writtenBytes: numberIn(read(`/proc/${pid}/io`), /^write_bytes: (\d+)$/m),
    pssBytes: numberIn(memory, /^Pss: +(\d+) kB$/m) * 1_024,
    rssBytes: numberIn(memory, /^Rss: +(\d+) kB$/m) * 1_024,
  }
}

/** The fields behind the name, which may hold spaces and brackets: the state is the first. */
function statFields(pid: number): readonly string[] {
  const text = read(`/proc/${pid}/stat`)
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? '0')
}

/** Empty for a process that has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Bytes that the files of a folder take on the disk; room that is only reserved for a file is none of it. */
export function bytesKept(folder: string): number {
  let bytes = 0
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const stat = statSync(path.join(folder, name), { throwIfNoEntry: false })
    if (stat?.isFile()) bytes += Math.min(stat.size, stat.blocks * BLOCK_BYTES)
  }
  return bytes
}

// Syncs of the disk: how many it can do, appends of 4 kB one after the other; and one of all that waits.

import { execFileSync } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'

const BLOCK_BYTES = 4_096

/** Syncs a second, counted for `spanMs` milliseconds in a file of its own. */
export function diskSync(root: string, spanMs: number): number {
  mkdirSync(root, { recursive: true })
  const file = path.join(root, 'sync')
  const fd = openSync(file, 'w')
  const block = Buffer.alloc(BLOCK_BYTES, 1)
  const begin = performance.now()
  let syncs = 0
  while (performance.now() - begin < spanMs) {
    writeSync(fd, block)
    fdatasyncSync(fd)
    syncs += 1
  }
  const ms = performance.now() - begin
  closeSync(fd)
  rmSync(file)
  return (syncs * 1_000) / ms
}

/** Writes all that the system holds back, so that none of it is written while the next one is measured. */
export function settleDisk(): void {
  execFileSync('sync')
}

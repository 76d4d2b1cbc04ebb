// A program that shows progress, as on a terminal, while its main thread waits for a byte on stdin.
import { Buffer } from 'node:buffer'
import { readSync } from 'node:fs'
import process from 'node:process'
import { withProgress } from '../../../src/infrastructure/cli/terminal/progress.ts'

/** Looks at stdin, a pause apart, after which it is believed that nobody writes to it. */
const LOOKS_MAX = 6_000
const PAUSE_MS = 10

/** Node hands on a pipe that does not wait for its bytes (EAGAIN), Deno one that does. */
function readByte(): number {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    try {
      return readSync(0, Buffer.alloc(1), 0, 1, null)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      Atomics.wait(pause, 0, 0, PAUSE_MS)
    }
  }
  return 0
}

process.stderr.isTTY = process.argv[2] === 'terminal'
process.stdout.write(`${await withProgress('copying', readByte)} byte\n`)

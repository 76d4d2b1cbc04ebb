// Writes log lines to stderr without waiting for whoever reads it.
import { fstatSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import process from 'node:process'

const STDERR = 2

/** Bytes of lines that wait for a slow reader. Later lines are dropped and counted. */
const WAITING_BYTES_MAX = 1024 * 1024

/** Milliseconds after which a full pipe is tried again. */
const RETRY_MS = 50

/** Milliseconds that the end of the process waits for the reader of the last lines. */
const AT_EXIT_MS_MAX = 500

/** Milliseconds between two tries at the end of the process. */
const AT_EXIT_RETRY_MS = 10

/** Where log lines go. `write` returns at once, and never throws. */
export type LogLines = {
  write(line: string): void
  /** Lines that were dropped since the start: nobody read, the reader has gone, the disk is full. */
  dropped(): number
}

/** Writes bytes, and returns how many were taken. @throws {Error} `EAGAIN` when the pipe is full. */
type Write = (bytes: Uint8Array) => number

/**
 * Keeps what a full pipe does not take, and drops lines beyond the limit. Not a stream, because what
 * waits in a stream is lost when the process ends; and a line is out when `write` returns, so that
 * not even SIGKILL loses it, as long as somebody reads.
 *
 * @param onDropped called after the first line that is written again, with the number of those dropped
 */
export function makeLogLines(
  onDropped: (lines: number) => void,
  write: Write = writeStderr(),
): LogLines {
  const waiting: Uint8Array[] = []
  let waitingBytes = 0
  let dropped = 0
  let reported = 0
  let retry: NodeJS.Timeout | undefined

  process.once('exit', flush)
  return {
    dropped: () => dropped,
    write(line) {
      const bytes = Buffer.from(line)
      if (waitingBytes + bytes.length > WAITING_BYTES_MAX) {
        dropped += 1
        return
      }
      waiting.push(bytes)
      waitingBytes += bytes.length
      if (retry === undefined) writeWaiting()
    },
  }

  /** Writes what waits, until the pipe is full. */
  function writeWaiting(): void {
    retry = undefined
    while (waiting.length > 0) {
      if (writeOldest() === 'full') {
        retry ??= setTimeout(writeWaiting, RETRY_MS).unref()
        return
      }
    }
  }

  function writeOldest(): 'done' | 'full' {
    const [bytes] = waiting
    if (bytes === undefined) return 'done'
    try {
      const taken = write(bytes)
      waitingBytes -= taken
      if (taken < bytes.length) {
        waiting[0] = bytes.subarray(taken)
        return 'done'
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 'full'
      // The reader has gone, or the disk is full: the next line is tried anew.
      dropped += 1
      waiting.shift()
      waitingBytes -= bytes.length
      return 'done'
    }
    waiting.shift()
    reportDropped()
    return 'done'
  }

  function reportDropped(): void {
    const lines = dropped - reported
    if (lines === 0) return
    reported = dropped
    onDropped(lines)
  }

  /** The last lines, one of which may say why the process ends. */
  function flush(): void {
    const nobody = new Int32Array(new SharedArrayBuffer(4))
    const until = performance.now() + AT_EXIT_MS_MAX
    while (waiting.length > 0 && performance.now() < until) {
      if (writeOldest() === 'full') Atomics.wait(nobody, 0, 0, AT_EXIT_RETRY_MS)
    }
  }
}

/** A socket that nobody knows any more is collected, and closes its descriptor. */
const keptOpen: Socket[] = []

/**
 * Writes to stderr. A pipe or a socket is made one that throws `EAGAIN` when it is full: by default it
 * would hold up the process until somebody reads. A terminal and a file stay as they are.
 */
function writeStderr(): Write {
  if (isPipe(STDERR)) {
    // The runtime makes non-blocking what it could poll; Node sets it back when the process ends.
    keptOpen.push(new Socket({ fd: STDERR, readable: false, writable: true }))
  }
  return (bytes) => writeSync(STDERR, bytes)
}

function isPipe(fd: number): boolean {
  try {
    const stat = fstatSync(fd)
    return stat.isFIFO() || stat.isSocket()
  } catch {
    return false
  }
}

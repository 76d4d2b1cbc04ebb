// Shows a person at a terminal that a command is at work, once that takes more than a second.
import { writeSync } from 'node:fs'
import process from 'node:process'
import { Worker } from 'node:worker_threads'

/** To the beginning of the line, and nothing behind it. */
const CLEARED = '\r\u001b[K'

const STDERR = 2

let isShown = false

/**
 * Works, and shows meanwhile on stderr what is done and for how many seconds. Shows nothing where stderr is
 * no terminal.
 *
 * @param words what is done, such as `verifying the log`
 */
export async function withProgress<T>(words: string, work: () => T | Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return await work()
  const line = new Worker(new URL('./progress-line.ts', import.meta.url), { workerData: words })
  // A thread that cannot be had takes the line with it and nothing else.
  line.on('error', () => undefined)
  isShown = true
  try {
    return await work()
  } finally {
    await line.terminate()
    clearProgress()
    isShown = false
  }
}

/** Makes room for a line that is printed while work is shown. The next second shows it again, below. */
export function clearProgress(): void {
  if (isShown) writeSync(STDERR, CLEARED)
}

// The pause between two chapters of the demo on a terminal.
import { once } from 'node:events'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves when the reader presses Enter, and by itself after `ms` milliseconds. */
export async function pauseForReader(ms: number): Promise<void> {
  const { stdin, stdout } = process
  const later = `the demo goes on in ${Math.round(ms / 1_000)} seconds.`
  stdout.write(stdin.isTTY ? `Enter goes on. Without it, ${later}` : `(${later})`)
  const over = new AbortController()
  const { signal } = over
  const waits: Promise<'later' | 'enter'>[] = [sleep(ms, 'later' as const, { signal })]
  if (stdin.isTTY) {
    // Once paused, a stream does not begin again because somebody listens.
    stdin.resume()
    waits.push(once(stdin, 'data', { signal }).then(() => 'enter' as const))
  }
  const first = await Promise.race(waits)
  over.abort()
  // The loser rejects with the abort.
  await Promise.allSettled(waits)
  // Without this, a terminal that is still read keeps the process alive after the demo.
  if (stdin.isTTY) stdin.pause()
  // Takes the line of the pause away. Enter has moved the cursor to the line below it.
  stdout.write(`${first === 'enter' ? '\u001b[1A' : ''}\r\u001b[2K`)
}

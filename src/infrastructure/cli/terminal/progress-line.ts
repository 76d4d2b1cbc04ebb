// A thread that shows on stderr how long the work of a command takes, also while SQLite holds up the main thread.
import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

const SECOND_MS = 1_000

const startedAt = performance.now()

setInterval(() => {
  const seconds = Math.round((performance.now() - startedAt) / SECOND_MS)
  writeSync(2, `\r${workerData} … ${seconds} s`)
}, SECOND_MS)

// The signals that ask the service to stop, caught from its first moment on.
import { constants } from 'node:os'
import process from 'node:process'

/** SIGHUP is a terminal that is closed. Without a listener each of them ends the process at once. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/**
 * Milliseconds in which further signals count as the first one. systemd and Ctrl-C signal the whole
 * process group, and npm and `deno task` in it pass theirs on, so that one request comes twice.
 */
const SAME_REQUEST_MS = 1_000

/** What a shell adds to the number of the signal that ended a process. */
const ENDED_BY_SIGNAL = 128

/** Thrown by a step of the start that does not begin any more. */
export class StopAsked extends Error {
  override readonly name = 'StopAsked'
  readonly signal: string

  constructor(signal: string) {
    super(`stopped by ${signal}`)
    this.signal = signal
  }
}

let caught: AbortSignal | undefined

/**
 * Catches the signals from the first call on, for the whole process. Aborted, with a `StopAsked`, by
 * the first one. One that comes more than a second later ends the process at once.
 */
export function stopSignals(): AbortSignal {
  caught ??= catchSignals()
  return caught
}

function catchSignals(): AbortSignal {
  const asked = new AbortController()
  let askedAt = 0
  for (const name of STOP_SIGNALS) {
    process.on(name, () => {
      if (!asked.signal.aborted) {
        askedAt = performance.now()
        asked.abort(new StopAsked(name))
      } else if (performance.now() - askedAt > SAME_REQUEST_MS) {
        // Not the signal again, without a listener: the first process of a container would survive it.
        process.exit(ENDED_BY_SIGNAL + constants.signals[name])
      }
    })
  }
  return asked.signal
}

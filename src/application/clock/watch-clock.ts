// Notices that the wall clock jumped: somebody set it, or the machine was suspended.

import { LONG_AGO, msBetween } from '../../domain/time.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import { readClocks } from '../base/read-clocks.ts'
import type { EventLog } from '../log/event-log.port.ts'
import { GATEWAY } from '../log/event-record.ts'

/** Milliseconds between two looks. */
const LOOK_EVERY_MS = 1_000

/**
 * Milliseconds by which the clocks may part from one look to the next. A time server that puts a clock
 * right bit by bit moves it by a tenth of that in a second at most.
 */
const JUMP_MS_MIN = 2_000

/** Milliseconds from one event to the next: a clock that flaps must not fill the log. */
const EVENT_EVERY_MS = 60_000

/**
 * Compares the wall clock with the monotonic one, and records a jump as the event `ClockJumped`, with
 * one log line. Those of the minute after an event are in the next one, together. A jump while no
 * process runs is not noticed; one that cannot be recorded is tried again with the next minute.
 */
export interface WatchClock {
  /** Compares the clocks now. To be called before a key is judged, so that the jump is in the log first. */
  look(): void

  /** Looks every second, and records, until `stop` is aborted. @throws {AppError} `lost`. */
  run(stop: AbortSignal): Promise<void>
}

export function makeWatchClock(deps: {
  readonly eventLog: Pick<EventLog, 'record'>
  readonly clock: Clock
  readonly logger: Pick<Logger, 'warn'>
}): WatchClock {
  const { eventLog, clock, logger } = deps
  let last = readClocks(clock)
  let recordedAt = LONG_AGO
  let byMs = 0
  let jumps = 0
  let woken = new AbortController()

  return {
    look,

    async run(stop) {
      while (!stop.aborted) {
        woken = new AbortController()
        if (!isDue()) await clock.sleep(LOOK_EVERY_MS, AbortSignal.any([stop, woken.signal]))
        look()
        if (isDue()) await record()
      }
      if (jumps > 0) await record()
    },
  }

  function look(): void {
    const now = readClocks(clock)
    const partedMs = now.wall - last.wall - msBetween(last.instant, now.instant)
    last = now
    if (Math.abs(partedMs) < JUMP_MS_MIN) return
    byMs += partedMs
    jumps += 1
    woken.abort()
  }

  function isDue(): boolean {
    return jumps > 0 && msBetween(recordedAt, clock.instant()) >= EVENT_EVERY_MS
  }

  async function record(): Promise<void> {
    const data = { byMs, jumps }
    recordedAt = clock.instant()
    byMs = 0
    jumps = 0
    try {
      await eventLog.record({ type: 'ClockJumped', at: clock.now(), data }, GATEWAY)
      logger.warn(data, 'the clock of this machine jumped')
    } catch (error) {
      if (errorCode(error) !== 'unavailable') throw error
      logger.warn({ ...data, err: error }, 'a jump of the clock is not recorded yet')
      byMs += data.byMs
      jumps += data.jumps
    }
  }
}

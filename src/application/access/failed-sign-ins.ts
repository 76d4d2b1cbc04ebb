// The requests without a valid key: counted by the minute, and recorded in the log.

import type { EpochMs } from '../../domain/time.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { EventLog } from '../log/event-log.port.ts'
import { GATEWAY } from '../log/event-record.ts'
import type { SignInFailure, SignInsFailed } from '../log/service-events.ts'

const MINUTE_MS = 60_000

/** Addresses, and keys, that are counted one by one in a minute. All others are counted together. */
const NAMED_MAX = 20

/** Minutes that are kept while the log cannot be written. Beyond that, the oldest is dropped. */
const MINUTES_MAX = 60

export type FailedSignIn = {
  readonly why: SignInFailure
  /** Where the request came from; `null` where the connection is closed already. */
  readonly address: string | null
  /** The id of the key, where it is expired or revoked. */
  readonly keyId?: string | undefined
}

/**
 * Counts the requests without a valid key, and records one event for each UTC minute that had
 * some. A process that is killed loses the count of its last minute.
 */
export interface FailedSignIns {
  count(failed: FailedSignIn): void

  /** Records each minute when it is over, until `stop` is aborted. @throws {AppError} `lost`. */
  run(stop: AbortSignal): Promise<void>

  /** Records what was counted so far, with the minute that is not over. @throws {AppError} `lost`. */
  flush(): Promise<void>
}

type Minute = {
  readonly beganAt: number
  readonly reasons: Record<SignInFailure, number>
  readonly addresses: Tally
  readonly keys: Tally
}

export function makeFailedSignIns(deps: {
  readonly eventLog: Pick<EventLog, 'record'>
  readonly clock: Clock
  readonly logger: Logger
}): FailedSignIns {
  const { eventLog, clock, logger } = deps
  // The minutes, oldest first. Requests are counted into the last one only.
  const minutes: Minute[] = []

  return {
    count({ why, address, keyId }) {
      const { reasons, addresses, keys } = minuteOf(clock.now())
      reasons[why] += 1
      addresses.add(address ?? 'not known')
      if (keyId !== undefined) keys.add(keyId)
    },

    async run(stop) {
      while (!stop.aborted) {
        await clock.sleep(MINUTE_MS - (clock.now() % MINUTE_MS), stop)
        await record((minute) => minute.beganAt !== beganAtOf(clock.now()))
      }
    },

    flush: () => record(() => true),
  }

  function minuteOf(now: EpochMs): Minute {
    const beganAt = beganAtOf(now)
    const last = minutes.at(-1)
    if (last?.beganAt === beganAt) return last
    const minute = {
      beganAt,
      reasons: { missing: 0, unknown: 0, expired: 0, revoked: 0 },
      addresses: makeTally(),
      keys: makeTally(),
    }
    minutes.push(minute)
    if (minutes.length > MINUTES_MAX) {
      minutes.shift()
      logger.error({}, 'a minute of failed sign-ins is forgotten, because it could not be recorded')
    }
    return minute
  }

  async function record(isDue: (minute: Minute) => boolean): Promise<void> {
    for (const minute of minutes.filter(isDue)) {
      // The minute is taken out before it is recorded: a request meanwhile goes into an event of its own.
      minutes.splice(minutes.indexOf(minute), 1)
      try {
        await eventLog.record(eventOf(minute, clock.now()), GATEWAY)
      } catch (error) {
        if (errorCode(error) !== 'unavailable') throw error
        logger.warn({ err: error }, 'failed sign-ins not recorded yet')
        minutes.unshift(minute)
        return
      }
    }
  }
}

/** When this minute began. A minute that is not this one is over: a clock may have been set back. */
function beganAtOf(now: EpochMs): number {
  return now - (now % MINUTE_MS)
}

function eventOf({ beganAt, reasons, addresses, keys }: Minute, at: EpochMs): SignInsFailed {
  const { missing, unknown, expired, revoked } = reasons
  return {
    type: 'SignInsFailed',
    at,
    data: {
      minute: new Date(beganAt).toISOString(),
      count: missing + unknown + expired + revoked,
      reasons,
      addresses: addresses.named().map(([address, count]) => ({ address, count })),
      fromOtherAddresses: addresses.others(),
      keys: keys.named().map(([keyId, count]) => ({ keyId, count })),
      ofOtherKeys: keys.others(),
    },
  }
}

type Tally = {
  add(name: string): void
  named(): readonly (readonly [string, number])[]
  others(): number
}

/** Counts by name. Names beyond the first `NAMED_MAX` are counted together. */
function makeTally(): Tally {
  const counts = new Map<string, number>()
  let others = 0
  return {
    add(name) {
      const count = counts.get(name)
      if (count === undefined && counts.size >= NAMED_MAX) others += 1
      else counts.set(name, (count ?? 0) + 1)
    },
    named: () => [...counts],
    others: () => others,
  }
}

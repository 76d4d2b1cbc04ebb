// When each key was last used: kept in memory, and stored once a minute.

import type { EpochMs } from '../../domain/time.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { KeyStore } from './key-store.port.ts'

const MINUTE_MS = 60_000

/** Notes the keys that let a request in. A process that is killed loses its last minute. */
export interface KeyUses {
  /** Notes it in memory; nobody waits for a write. */
  note(keyId: string): void

  /** Stores what was noted, at the end of each UTC minute, until `stop` is aborted. @throws {AppError} `lost`. */
  run(stop: AbortSignal): Promise<void>

  /** Stores what was noted so far. @throws {AppError} `lost`. */
  flush(): Promise<void>
}

export function makeKeyUses(deps: {
  readonly keys: Pick<KeyStore, 'noteUses'>
  readonly clock: Clock
  readonly logger: Logger
}): KeyUses {
  const { keys, clock, logger } = deps
  // By the ids of valid keys: never more than there are keys.
  const uses = new Map<string, EpochMs>()

  return {
    note: (keyId) => void uses.set(keyId, clock.now()),

    async run(stop) {
      while (!stop.aborted) {
        // The failed sign-ins of the minute are written at the same moment, in the same group.
        await clock.sleep(MINUTE_MS - (clock.now() % MINUTE_MS), stop)
        await flush()
      }
    },

    flush,
  }

  async function flush(): Promise<void> {
    if (uses.size === 0) return
    const noted = [...uses].map(([id, at]) => ({ id, at }))
    uses.clear()
    try {
      await keys.noteUses(noted)
    } catch (error) {
      if (errorCode(error) !== 'unavailable') throw error
      logger.warn({ err: error }, 'the last use of keys not stored yet')
      // A key that was used meanwhile has a later time.
      for (const { id, at } of noted) if (!uses.has(id)) uses.set(id, at)
    }
  }
}

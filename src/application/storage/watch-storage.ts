import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { Reserve } from './disk-reserve.port.ts'

/** How often the disk is looked at. */
const LOOK_EVERY_MS = 1_000

/** What must be free beside the reserve for a new sale: more than all of them write between two looks. */
const FREE_BYTES_MIN = 4 * 1024 * 1024

/** What must be free for the first new sale after that, so that it does not go to and fro. */
const FREE_BYTES_AGAIN = 2 * FREE_BYTES_MIN

const FULL = 'The disk is full: no new sale can be recorded.'

/**
 * Begins no sale while the disk is full, and keeps a reserve for those that have begun: it is let
 * go when a write finds no room, and made again when there is room for it and more.
 */
export interface WatchStorage {
  /** Why no new sale can be recorded; `undefined` when one can. */
  full(): string | undefined

  /** A write found no room: what is kept for it is let go. */
  onFull(): void

  /** To be asked before the database is opened: that needs room of its own. */
  makeRoom(): Promise<void>

  /** Looks once, and makes the reserve where it can be made. */
  look(): Promise<void>

  /** Looks until `stop` is aborted. */
  run(stop: AbortSignal): Promise<void>
}

export function makeWatchStorage(deps: {
  readonly reserve: Reserve
  readonly clock: Clock
  readonly logger: Logger
}): WatchStorage {
  const { reserve, clock, logger } = deps
  // Until it was looked at, nobody knows whether there is room.
  let isFull = true
  let isTold = false

  async function look(): Promise<void> {
    const freeBytes = (await reserve.freeBytes()) ?? Number.POSITIVE_INFINITY
    const neededBytes = isTold ? FREE_BYTES_AGAIN : FREE_BYTES_MIN
    const missingBytes = reserve.isWhole() ? 0 : reserve.sizeBytes
    if (freeBytes < neededBytes + missingBytes) {
      setFull({ freeBytes })
      return
    }
    try {
      if (missingBytes > 0) await reserve.make()
    } catch (error) {
      if (errorCode(error) !== 'unavailable') throw error
      setFull({ err: error })
      return
    }
    // It may have been let go while it was made.
    if (reserve.isWhole()) setRoom()
  }

  function setFull(fields: Readonly<Record<string, unknown>>): void {
    isFull = true
    if (!isTold) logger.error(fields, 'the disk is full: no new sale is taken')
    isTold = true
  }

  function setRoom(): void {
    isFull = false
    if (isTold) logger.info({}, 'the disk has room: sales are taken again')
    isTold = false
  }

  return {
    full: () => (isFull ? FULL : undefined),

    onFull() {
      setFull({})
      reserve.letGo()
    },

    async makeRoom() {
      const freeBytes = await reserve.freeBytes()
      if (freeBytes !== undefined && freeBytes < FREE_BYTES_MIN) reserve.letGo()
    },

    look,

    async run(stop) {
      while (!stop.aborted) {
        await clock.sleep(LOOK_EVERY_MS, stop)
        if (!stop.aborted) await look()
      }
    },
  }
}

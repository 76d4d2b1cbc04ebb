// The watch over the disk of the database: no new sale on a full one, and room for those in progress.

import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { DiskReserve } from './disk-reserve.port.ts'

/** Milliseconds between two looks at the disk. */
const LOOK_EVERY_MS = 1_000

/** Free bytes, beside the reserve, that a new sale needs: more than all sales write between two looks. */
const FREE_BYTES_MIN = 4 * 1024 * 1024

/** Free bytes for the first new sale after a full disk. More, or it would be full again at once. */
const FREE_BYTES_AGAIN = 2 * FREE_BYTES_MIN

const FULL = 'The disk is full: no new sale can be recorded.'

/**
 * Turns new sales away while the disk is full, and keeps a reserve for the sales in progress. The
 * reserve is let go when a write finds no room, and made again when there is room for both.
 */
export interface WatchStorage {
  /** Why no new sale can be recorded; `undefined` while there is room. */
  full(): string | undefined

  /** To be called when a write found no room: lets the reserve go. */
  onFull(): void

  /** To be called before the database is opened, which needs room: lets the reserve go on a full disk. */
  makeRoom(): Promise<void>

  /** Looks at the disk once, and makes the reserve where there is room. */
  look(): Promise<void>

  /** Looks every second until `stop` is aborted. */
  run(stop: AbortSignal): Promise<void>
}

export function makeWatchStorage(deps: {
  readonly reserve: DiskReserve
  readonly clock: Clock
  readonly logger: Logger
}): WatchStorage {
  const { reserve, clock, logger } = deps
  // The disk counts as full until the first look has shown that there is room.
  let isFull = true
  let isLogged = false

  async function look(): Promise<void> {
    const freeBytes = (await reserve.freeBytes()) ?? Number.POSITIVE_INFINITY
    const neededBytes = isLogged ? FREE_BYTES_AGAIN : FREE_BYTES_MIN
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
    // The reserve may have been let go while it was made.
    if (reserve.isWhole()) setRoom()
  }

  function setFull(fields: Readonly<Record<string, unknown>>): void {
    isFull = true
    if (!isLogged) logger.error(fields, 'the disk is full: no new sale is taken')
    isLogged = true
  }

  function setRoom(): void {
    isFull = false
    if (isLogged) logger.info({}, 'the disk has room: sales are taken again')
    isLogged = false
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

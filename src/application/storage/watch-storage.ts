// The watch over the disk of the database: no new sale on a full one, and room for those in progress.

import type { Timer } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { DiskReserve } from './disk-reserve.port.ts'

/** Milliseconds between two looks at the disk. */
const LOOK_EVERY_MS = 1_000

/** Free bytes, beside the reserve, that a new sale needs: more than all sales write between two looks. */
export const FREE_BYTES_MIN = 4 * 1024 * 1024

/** Free bytes for the first new sale after a full disk. More, or it would be full again at once. */
const FREE_BYTES_AGAIN = 2 * FREE_BYTES_MIN

/** Callers that may wait at once, and so the sales in progress that a full disk can find. */
const SALES_MAX = 256

/** Bytes that the end of a sale adds to the database file at most, its mails included. */
const ENDED_SALE_BYTES = 16 * 1024

/**
 * Bytes of the write-ahead log while SQLite starts it again from its beginning: 4 MiB, after which it
 * is copied into the database file, and one group more, in which each of these sales ends: no new sale
 * begins while the reserve is needed.
 */
const WAL_BYTES = 8 * 1024 * 1024

/**
 * Bytes of the write-ahead log that it has only where another program reads the database without
 * end: then nothing of it is used again, and it grows with every write.
 */
export const WAL_LARGE_BYTES = 2 * WAL_BYTES

/**
 * Bytes that the end of a sale adds to such a log at most. Measured: 60 pages of 4 KiB up to the answer
 * of a sale that fails alone (`test/service/sale/cost-of-a-sale.test.ts`), and less than 10 for what comes
 * after it. In a group it is a tenth of that.
 */
const ENDED_SALE_WAL_BYTES = 72 * 4_120

/** The reserve while the log is started again. */
export const RESERVE_BYTES = WAL_BYTES + SALES_MAX * ENDED_SALE_BYTES

/** The reserve while it only grows. */
export const RESERVE_BYTES_MAX = RESERVE_BYTES + SALES_MAX * ENDED_SALE_WAL_BYTES

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
  /** Bytes of the write-ahead log now. */
  readonly walBytes: () => number
  readonly clock: Timer
  readonly logger: Logger
}): WatchStorage {
  const { reserve, walBytes, clock, logger } = deps
  // The disk counts as full until the first look has shown that there is room.
  let isFull = true
  let isLogged = false
  let walLoggedBytes = 0

  async function look(): Promise<void> {
    const wal = walBytes()
    logWal(wal)
    const reserveBytes = wal > WAL_LARGE_BYTES ? RESERVE_BYTES_MAX : RESERVE_BYTES
    const freeBytes = (await reserve.freeBytes()) ?? Number.POSITIVE_INFINITY
    const neededBytes = isLogged ? FREE_BYTES_AGAIN : FREE_BYTES_MIN
    const missingBytes = Math.max(0, reserveBytes - reserve.sizeBytes())
    if (freeBytes < neededBytes + missingBytes) {
      setFull({ freeBytes, walBytes: wal })
      return
    }
    try {
      if (!reserve.isWhole(reserveBytes)) await reserve.make(reserveBytes)
    } catch (error) {
      if (errorCode(error) !== 'unavailable') throw error
      setFull({ err: error })
      return
    }
    // The reserve may have been let go while it was made.
    if (reserve.isWhole(reserveBytes)) setRoom()
  }

  /** One line when the log is large, one for each time that it has doubled, one when it is over. */
  function logWal(bytes: number): void {
    if (bytes <= WAL_LARGE_BYTES) {
      if (walLoggedBytes > 0) logger.info({ walBytes: bytes }, 'the write-ahead log is small again')
      walLoggedBytes = 0
    } else if (bytes >= 2 * walLoggedBytes) {
      walLoggedBytes = bytes
      logger.warn(
        { walBytes: bytes },
        'the write-ahead log grows: another program reads the database without an end',
      )
    }
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

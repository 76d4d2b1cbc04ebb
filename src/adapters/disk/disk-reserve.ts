import { randomBytes } from 'node:crypto'
import { realpathSync, rmSync, statSync } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../application/base/errors.ts'
import type { Reserve } from '../../application/storage/disk-reserve.port.ts'

/**
 * What the sales that one process can have begun need at most: the write-ahead log grows to 4 MiB
 * before it is used anew, and 256 sales that are rolled back add 16 KiB each, mails included.
 */
export const RESERVE_BYTES = 8 * 1024 * 1024

/** Written at one go. */
const PIECE_BYTES = 512 * 1024

/** A block as `stat` counts them (`man 2 stat`). */
const STAT_BLOCK_BYTES = 512

const OWNER_ONLY = 0o600

/**
 * A file of that size beside the database. It is written in full with bytes that no file system can
 * leave out or store once, because a hole is no room.
 */
export function makeDiskReserve(databasePath: string, sizeBytes = RESERVE_BYTES): Reserve {
  const file = `${realPathOf(databasePath)}-reserve`
  let lettingsGo = 0

  return {
    sizeBytes,

    isWhole() {
      try {
        const { size, blocks } = statSync(file)
        return size === sizeBytes && blocks * STAT_BLOCK_BYTES >= sizeBytes
      } catch {
        return false
      }
    },

    async freeBytes() {
      try {
        const { bavail, bsize } = await statfs(path.dirname(file))
        return bavail * bsize
      } catch {
        return undefined
      }
    },

    async make() {
      const before = lettingsGo
      try {
        await write(() => lettingsGo === before)
      } catch (cause) {
        remove()
        throw new AppError('unavailable', 'reserve: it cannot be made', { cause })
      }
      if (lettingsGo !== before) remove()
    },

    letGo() {
      lettingsGo += 1
      remove()
    },
  }

  async function write(isWanted: () => boolean): Promise<void> {
    const handle = await open(file, 'w', OWNER_ONLY)
    try {
      for (let written = 0; written < sizeBytes && isWanted(); written += PIECE_BYTES) {
        await handle.writeFile(randomBytes(Math.min(PIECE_BYTES, sizeBytes - written)))
      }
      // Some file systems find out only here that there is no room.
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  /** Where it cannot be removed there is no room to be had from it, and nothing else to be done. */
  function remove(): void {
    try {
      rmSync(file, { force: true })
    } catch {}
  }
}

/** Two names of one database have one reserve. */
function realPathOf(databasePath: string): string {
  try {
    return realpathSync(databasePath)
  } catch {
    return path.resolve(databasePath)
  }
}

// Disk space kept free for the database, as a file beside it.

import { randomBytes } from 'node:crypto'
import { realpathSync, rmSync, statSync } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../application/base/errors.ts'
import type { DiskReserve } from '../../application/storage/disk-reserve.port.ts'

/** Bytes that are written at once. */
const PIECE_BYTES = 512 * 1024

/** A block as `stat` counts them (`man 2 stat`). */
const STAT_BLOCK_BYTES = 512

const OWNER_ONLY = 0o600

/**
 * A reserve that is a file beside the database. It is filled with random bytes, which no file system
 * can leave out or store only once: a hole in a file would reserve nothing.
 */
export function makeDiskReserve(databasePath: string): DiskReserve {
  const file = `${realPathOf(databasePath)}-reserve`
  let lettingsGo = 0

  return {
    sizeBytes: () => takenBytes() ?? 0,

    isWhole: (bytes) => takenBytes() === bytes,

    async freeBytes() {
      try {
        const { bavail, bsize } = await statfs(path.dirname(file))
        return bavail * bsize
      } catch {
        return undefined
      }
    },

    async make(bytes) {
      const before = lettingsGo
      try {
        await write(bytes, () => lettingsGo === before)
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

  /** Its size; `undefined` where it is not there, or has holes, which take no room. */
  function takenBytes(): number | undefined {
    try {
      const { size, blocks } = statSync(file)
      return blocks * STAT_BLOCK_BYTES >= size ? size : undefined
    } catch {
      return undefined
    }
  }

  /** Adds to what is there: to write all of it anew would give it up first. */
  async function write(bytes: number, isWanted: () => boolean): Promise<void> {
    const there = takenBytes()
    const handle = await open(file, there === undefined ? 'w' : 'a', OWNER_ONLY)
    try {
      if (there !== undefined && there > bytes) await handle.truncate(bytes)
      for (let written = there ?? 0; written < bytes && isWanted(); written += PIECE_BYTES) {
        await handle.writeFile(randomBytes(Math.min(PIECE_BYTES, bytes - written)))
      }
      // Some file systems notice only here that there is no room.
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  /** Removes the file. Where that fails, its room cannot be given back, and nothing else helps. */
  function remove(): void {
    try {
      rmSync(file, { force: true })
    } catch {}
  }
}

/** The real path, so that two names of one database share one reserve. */
function realPathOf(databasePath: string): string {
  try {
    return realpathSync(databasePath)
  } catch {
    return path.resolve(databasePath)
  }
}

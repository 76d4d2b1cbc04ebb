// Whether the files of an open database are still the ones that its path names.

import { type BigIntStats, realpathSync, statSync } from 'node:fs'
import { AppError } from '../../../application/base/errors.ts'
import type { DatabaseFiles } from '../../../application/storage/database-files.port.ts'

/** A database in memory has no files. */
export const NO_FILES: DatabaseFiles = { moved: () => undefined, walBytes: () => 0 }

/**
 * Remembers which files the path of a database names now. To be called when the database is open and
 * its write-ahead log is there.
 *
 * @throws {AppError} `lost` when one of them is not there
 */
export function openFiles(databasePath: string): DatabaseFiles {
  // A link that is changed later does not move the open files.
  const path = realPathOf(databasePath)
  const wal = `${path}-wal`
  const opened = [path, wal].map((file) => ({ file, identity: identityOf(file) }))
  const gone = opened.find(({ identity }) => identity === undefined)
  if (gone !== undefined) throw movedError(gone.file)
  return {
    moved() {
      const moved = opened.find(({ file, identity }) => identityOf(file) !== identity)
      return moved && movedError(moved.file)
    },

    walBytes: () => walBytesOf(path),
  }
}

/** Bytes of the write-ahead log of the database at `path`; 0 where there is none. */
export function walBytesOf(path: string): number {
  return Number(statsOf(`${path}-wal`)?.size ?? 0)
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    throw movedError(path)
  }
}

/** Two files of one file system never have the same number at the same time. */
function identityOf(file: string): string | undefined {
  const stats = statsOf(file)
  return stats && `${stats.dev}:${stats.ino}`
}

/** `undefined` where the file is not there, or nobody can say so: its folder is gone or closed to us. */
function statsOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function movedError(file: string): AppError {
  return new AppError('lost', `${file} was moved, replaced or deleted while it was in use`)
}

// What is known here, outside a backup, about how long the log was.

import { existsSync, statSync } from 'node:fs'
import { openCheckpointFile } from '../../../adapters/sqlite/checkpoints/checkpoint-file.ts'
import { type LogEnd, readLogEndAt } from '../../../adapters/sqlite/copies/log-end.ts'
import { isBusy } from '../../../adapters/sqlite/database/busy-wait.ts'
import { errorCode } from '../../../application/base/errors.ts'
import type { SignedCheckpoint } from '../../../domain/log/checkpoint.ts'
import type { Config } from '../../config/config.ts'
import { databaseFile } from '../../config/database-settings.ts'

export type KnownLog = {
  /** The newest one, of the file that is kept apart and of the database that is there. */
  readonly checkpoint: SignedCheckpoint | undefined
  /** Of the last event in the database that is there; 0 where there is none. */
  readonly position: number
  /** Files that are there and cannot be read, as after a disaster. */
  readonly unread: readonly string[]
}

/** Looks at both files, and changes neither. @throws {AppError} `unavailable` when one of them is busy */
export async function knownLog(config: Config): Promise<KnownLog> {
  const database = databaseFile(config)
  const { checkpointsPath: file } = config.audit
  const unread: string[] = []
  const kept = existsSync(file) ? await read(file, () => newestIn(file)) : undefined
  const isThere = (statSync(database, { throwIfNoEntry: false })?.size ?? 0) > 0
  const end: LogEnd | undefined = isThere
    ? await read(database, () => readLogEndAt(database))
    : undefined
  const listed = end?.checkpoint
  const isKeptNewer = kept !== undefined && kept.number >= (listed?.number ?? 0)
  return { checkpoint: isKeptNewer ? kept : listed, position: end?.position ?? 0, unread }

  async function read<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      // A lock of another process, or a full disk, says nothing about the file.
      if (error instanceof Error && isBusy(error.cause)) throw error
      if (path === database && errorCode(error) === 'unavailable') throw error
      unread.push(path)
      return undefined
    }
  }
}

/** Opened as the gateway does: SQLite settles what a process left that died while it wrote. */
async function newestIn(file: string): Promise<SignedCheckpoint | undefined> {
  const checkpoints = openCheckpointFile(file)
  try {
    return await checkpoints.newest()
  } finally {
    checkpoints.close()
  }
}

import { sql } from 'kysely'
import { withAppErrors } from '../../sql/database/database-failure.ts'
import { openDatabase } from '../database/database.ts'

/**
 * Puts into the file at `path` what its write-ahead log holds, because a copy is renamed without it. When
 * a connection is closed, SQLite tries the same, and says nothing where the disk has no room for it.
 *
 * @throws {AppError} `unavailable` when the disk is full
 */
export async function settleCopy(path: string): Promise<void> {
  const database = openDatabase(path)
  try {
    const settle = sql`pragma wal_checkpoint(truncate)`
    await withAppErrors('settle the copy', () => settle.execute(database.kysely))
  } finally {
    await database.close()
  }
}

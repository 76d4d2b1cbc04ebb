// The draft of a restore: the copy, brought beside the database that it is to replace.

import { createReadStream, createWriteStream, lstatSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import type { EpochMs } from '../../../domain/time.ts'
import { openDatabase } from '../database/database.ts'
import { ensureDatabaseFile } from '../database/database-file.ts'
import { toAppError } from '../database/sqlite-errors.ts'
import { hasIntegrity } from './integrity.ts'

/** The first bytes of every SQLite database. Source: https://sqlite.org/fileformat.html, 1.3. */
const MAGIC = 'SQLite format 3\0'

/** Bytes that are copied at once. */
const PIECE_BYTES = 1024 * 1024

/** When a copy was made. */
export type CopyMark = { readonly madeAt: EpochMs }

/** Removes a database that nobody uses, with what SQLite puts beside it. */
export function removeDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true })
}

/**
 * Copies `file`, which `db backup` made, to `draft`, and checks there that it is whole. Never changes
 * `file`, nor anything beside it.
 *
 * @throws {AppError} `refused` for a file that is no finished backup; `unreadable` for a damaged one;
 *   `unavailable` when there is no room for it
 */
export async function takeCopy(file: string, draft: string): Promise<CopyMark> {
  await refuseOther(file)
  await copy(file, draft)
  try {
    return await markOf(file, draft)
  } catch (error) {
    const cause = toAppError('restore', error)
    // A full disk says nothing about the file.
    if (cause instanceof AppError && cause.code !== 'lost') throw cause
    throw damaged(file, cause)
  }
}

/** The refusal to restore over a link: what it points at would stay, and the link be moved away. */
export function refuseLink(database: string): void {
  if (!lstatSync(database, { throwIfNoEntry: false })?.isSymbolicLink()) return
  throw new AppError('refused', `${database} is a link: name the file itself in DATABASE_URL`)
}

async function refuseOther(file: string): Promise<void> {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) throw new AppError('refused', `${file} is not there`)
  if (!stats.isFile()) throw new AppError('refused', `${file} is no file`)
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    const why = 'has a write-ahead log beside it: it is in use, or no finished backup'
    throw new AppError('refused', `${file} ${why}`)
  }
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    if (buffer.toString('latin1', 0, bytesRead) === MAGIC) return
  } finally {
    await handle.close()
  }
  throw new AppError('refused', `${file} is no database`)
}

async function copy(file: string, draft: string): Promise<void> {
  ensureDatabaseFile(draft)
  try {
    const source = createReadStream(file, { highWaterMark: PIECE_BYTES })
    await pipeline(source, createWriteStream(draft, { flags: 'r+' }))
  } catch (cause) {
    throw new AppError('unavailable', `${file} cannot be copied`, { cause })
  }
}

async function markOf(file: string, draft: string): Promise<CopyMark> {
  const database = openDatabase(draft)
  try {
    const { kysely } = database
    if (!(await hasIntegrity(kysely))) throw damaged(file)
    const mark = await newestMark()
    if (mark !== undefined) return { madeAt: mark.made_at }
    const why = 'is no copy that "gateway db backup" has finished: it carries no mark of one'
    throw new AppError('refused', `${file} ${why}`)

    async function newestMark() {
      const { rows } = await sql`
        select 1 from sqlite_schema where type = 'table' and name = 'copy_mark'
      `.execute(kysely)
      if (rows.length === 0) return undefined
      return kysely
        .selectFrom('copy_mark')
        .select('made_at')
        .orderBy('made_at', 'desc')
        .limit(1)
        .executeTakeFirst()
    }
  } finally {
    await database.close()
  }
}

function damaged(file: string, cause?: unknown): AppError {
  return new AppError('unreadable', `${file} is damaged, or not all of it is there`, { cause })
}

// The newest checkpoint in a small SQLite database of its own.
import { existsSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'
import { AppError, errorCode } from '../../../application/base/errors.ts'
import type { CheckpointFile } from '../../../application/checkpoints/checkpoint-file.port.ts'
import { parseCheckpoint, type SignedCheckpoint } from '../../../domain/log/checkpoint.ts'
import { BUSY_TIMEOUT_MS, type BusyPause, systemPause, whenFree } from '../database/busy-wait.ts'
import { ensureDatabaseFile, IN_MEMORY } from '../database/database-file.ts'
import { openError } from '../database/open-error.ts'
import { toAppError } from '../database/sqlite-errors.ts'

/** Milliseconds for another process's lock while nothing else runs here: at the start, and in a command. */
const OPEN_TIMEOUT_MS = 5_000

type Row = { readonly number: number; readonly note: string }

/**
 * Opens the database of one row, and creates it where there is none.
 *
 * @throws {AppError} `refused` or `unavailable` when it cannot be opened
 */
export function openCheckpointFile(path: string, pause: BusyPause = systemPause): CheckpointFile {
  const sqlite = open(path)
  const read = sqlite.prepare<[], Row>('select number, note from newest')
  const insert = sqlite.prepare('insert or ignore into newest (id, number, note) values (1, ?, ?)')
  const update = sqlite.prepare('update newest set number = ?, note = ? where number = ?')

  return {
    newest: () =>
      attempt('read newest checkpoint', async () =>
        checkpointOf(await whenFree(() => read.get(), pause)),
      ),

    replace(expected, { number, note }) {
      const write = () =>
        expected === 0 ? insert.run(number, note) : update.run(number, note, expected)
      return attempt(
        'replace newest checkpoint',
        async () => (await whenFree(write, pause)).changes === 1,
      )
    },

    close: () => sqlite.close(),
  }
}

/** Reads the checkpoint without creating or changing the file; `undefined` where there is none. */
export async function readCheckpointFile(path: string): Promise<SignedCheckpoint | undefined> {
  if (!existsSync(path)) return undefined
  return attempt('read newest checkpoint', async () => {
    const sqlite = new SqliteDatabase(path, { readonly: true, timeout: OPEN_TIMEOUT_MS })
    try {
      return checkpointOf(sqlite.prepare<[], Row>('select number, note from newest').get())
    } finally {
      sqlite.close()
    }
  })
}

function open(path: string): SqliteDatabase.Database {
  if (path !== IN_MEMORY) ensureDatabaseFile(path)
  try {
    const sqlite = new SqliteDatabase(path, { timeout: OPEN_TIMEOUT_MS })
    // The default journal keeps all in one file. EXTRA syncs the folder, too, when the journal is
    // deleted: without it a power cut could bring back the checkpoint before.
    sqlite.pragma('synchronous = EXTRA')
    sqlite.exec(`
      create table if not exists newest (
        id integer primary key check (id = 1),
        number integer not null,
        note text not null
      ) strict
    `)
    sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`)
    return sqlite
  } catch (error) {
    const known = openError('open checkpoints', path, error)
    throw errorCode(known) === 'refused' ? known : unavailable('open checkpoints', error)
  }
}

function checkpointOf(row: Row | undefined): SignedCheckpoint | undefined {
  if (row === undefined) return undefined
  const parsed = parseCheckpoint(row.note)
  if (parsed?.checkpoint.number === row.number) return parsed.checkpoint
  throw new AppError('unreadable', 'the file with the newest checkpoint holds none')
}

async function attempt<T>(operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw unavailable(operation, error)
  }
}

/** Every disk error is `unavailable` here, never `lost`: this file holds no event, so sales can go on. */
function unavailable(operation: string, error: unknown): unknown {
  const known = toAppError(operation, error)
  if (!(known instanceof AppError) || known === error) return known
  return new AppError('unavailable', known.message, { cause: error })
}

// The backup of a database, also while the service runs.

import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { AppError } from '../../../application/base/errors.ts'
import type { EpochMs } from '../../../domain/time.ts'
import { syncPath } from '../../disk/sync-path.ts'
import type { Database } from '../../sql/database/database.ts'
import { withAppErrors } from '../../sql/database/database-failure.ts'
import { openDatabase } from '../database/database.ts'
import { ensureDatabaseFile } from '../database/database-file.ts'
import { migrate } from '../database/migrate.ts'
import { hasIntegrity } from './integrity.ts'
import { type LogEnd, readLogEnd } from './log-end.ts'
import { settleCopy } from './settle-copy.ts'

export type Backup = LogEnd & { readonly bytes: number }

/**
 * Copies the database at `path` to `file`, as of one moment, while other processes write to it, and
 * marks the copy as a copy. The checkpoints are in the same database, and so of the same moment: none of
 * them covers an event that the copy lacks. The file appears whole and on disk, or not at all. A killed backup
 * leaves files named after it, with `.part-` and its suffix.
 *
 * @param suffix distinguishes this backup from others to the same file
 * @throws {AppError} `refused` when there is no database, when the file exists already or cannot be
 *   made, or when the copy is damaged; `unavailable` when the disk is full.
 */
export async function backUp(options: {
  readonly path: string
  readonly file: string
  readonly suffix: string
  readonly migrations: Readonly<Record<string, Migration>>
  readonly madeAt: EpochMs
}): Promise<Backup> {
  const { path, file } = options
  if (!existsSync(path)) throw new AppError('refused', `backup: there is no database at ${path}`)
  refuseExisting(file)
  if (!existsSync(dirname(file)))
    throw new AppError('refused', `backup: there is no folder ${dirname(file)}`)
  const draft = `${file}.part-${options.suffix}`
  try {
    await copy(path, draft)
    const end = await finish(draft, options)
    await settleCopy(draft)
    // SQLite does not sync a file that it vacuums into, nor its folder.
    syncPath(draft)
    refuseExisting(file)
    const bytes = statSync(draft).size
    renameSync(draft, file)
    syncPath(dirname(file))
    return { ...end, bytes }
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${end}`, { force: true })
  }
}

function refuseExisting(file: string): void {
  if (existsSync(file)) throw new AppError('refused', `backup: ${file} is there already`)
}

/**
 * Copies in one read transaction, whatever is written meanwhile. SQLite's page-by-page backup starts
 * again at each write of another process, and would never end under load.
 */
async function copy(path: string, draft: string): Promise<void> {
  // The file is made first, because SQLite writes into an empty file and keeps its mode.
  ensureDatabaseFile(draft)
  await using source = disposable(openDatabase(path))
  await withAppErrors('backup', () => sql`vacuum into ${draft}`.execute(source.kysely))
}

/** Migrates the copy to the version of this code, marks it as a copy and checks it. */
async function finish(
  draft: string,
  { migrations, madeAt }: Parameters<typeof backUp>[0],
): Promise<LogEnd> {
  await using target = disposable(openDatabase(draft))
  await migrate(target, migrations)
  return await withAppErrors('backup', async () => {
    const { kysely } = target
    const end = await readLogEnd(kysely)
    const { position } = end
    await kysely.insertInto('copy_mark').values({ position, made_at: madeAt }).execute()
    if (await hasIntegrity(kysely)) return end
    throw new AppError('refused', 'backup: the copy is damaged, as the database may be')
  })
}

function disposable(database: Database): Database & AsyncDisposable {
  return { ...database, [Symbol.asyncDispose]: () => database.close() }
}

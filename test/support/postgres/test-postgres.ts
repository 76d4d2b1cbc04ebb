// A real PostgreSQL for tests: one in a test process, with a new database for each test.

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import path from 'node:path'
import { Client } from 'pg'
import { makeServerFolder, makeStandbyFolder } from './data-folder.ts'
import { findPrograms } from './programs.ts'
import { watchServer } from './watched-server.ts'

/** Below those that a system gives to connections, so that none of them takes the port during a restart. */
const PORTS = { from: 20_000, to: 32_000 }
const PORT_TRIES = 100

/**
 * What differs from PostgreSQL's own settings. Without fsync a commit survives the end of every process,
 * `kill` too, but not that of the machine, which no test brings about.
 */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  // It would work beside the tests, and hold a template while a database is copied from it.
  autovacuum: 'off',
}

/** A server that runs. */
export type TestPostgres = {
  /** Its files, with `data` in it. */
  readonly folder: string
  /** Where a database is, for its superuser: loopback TCP. */
  url(database: string): string
  /** Makes a new database, empty or a copy of a template, and says its URL. */
  newDatabase(template?: string): Promise<string>
  /** Makes a template, once in the life of the server; `prepare` fills it. Says the template's name. */
  template(name: string, prepare: (url: string) => Promise<void>): Promise<string>
  start(): Promise<void>
  /** Ends it as an administrator does: what runs is rolled back, connections are told. */
  halt(): Promise<void>
  /** Ends it and its children by SIGKILL. */
  kill(): Promise<void>
  /** `halt`, then `start`; the port stays. */
  restart(): Promise<void>
  /** Ends it for good. Nobody needs to: it ends with this process, however that ends. */
  stop(): Promise<void>
}

let shared: Promise<TestPostgres> | undefined

/** The server of this test process. A test that ends or restarts it starts one of its own. */
export function sharedPostgres(): Promise<TestPostgres> {
  shared ??= startPostgres()
  return shared
}

/**
 * Starts a new, empty server; `settings` go before those of tests.
 *
 * @param from.standbyOf a server that has ended: the new one is a standby with its files, and both are started
 */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
  from: { readonly standbyOf?: TestPostgres } = {},
): Promise<TestPostgres> {
  const programs = await findPrograms()
  const primary = from.standbyOf
  const files = primary === undefined ? makeServerFolder(programs) : makeStandbyFolder(primary)
  const [folder, port] = await Promise.all([files, findPort()])
  await primary?.start()
  const flags = Object.entries({ ...SETTINGS, port, ...settings }).map(
    ([name, value]) => `--${name}=${value}`,
  )
  const data = path.join(folder, 'data')
  const server = watchServer(folder, [programs.pathOf('postgres'), '-D', data, ...flags])
  await server.start()
  const halt = () => server.end('INT')
  return {
    folder,
    ...databasesOf((database) => `postgresql://postgres@127.0.0.1:${port}/${database}`),
    start: server.start,
    halt,
    kill: () => server.end('KILL'),
    async restart() {
      await halt()
      await server.start()
    },
    stop: server.remove,
  }
}

function databasesOf(
  url: TestPostgres['url'],
): Pick<TestPostgres, 'url' | 'newDatabase' | 'template'> {
  const templates = new Map<string, Promise<string>>()
  let made = 0
  const query = (text: string) => queryOnce(url('postgres'), text)
  return {
    url,
    async newDatabase(template = 'template1') {
      made += 1
      const name = `test_${made}`
      await query(`create database ${name} template ${template}`)
      return url(name)
    },
    template(name, prepare) {
      const make = async () => {
        await query(`create database ${name}`)
        await prepare(url(name))
        return name
      }
      const template = templates.get(name) ?? make()
      templates.set(name, template)
      return template
    },
  }
}

/** Runs one query over a connection of its own, and says its rows. */
export async function queryOnce(
  url: string,
  text: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client(url)
  // Its query fails with the same error; an event that nobody hears would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query(text)
    return rows
  } finally {
    await client.end()
  }
}

async function findPort(): Promise<number> {
  for (let tries = 0; tries < PORT_TRIES; tries += 1) {
    const port = randomInt(PORTS.from, PORTS.to)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port after ${PORT_TRIES} tries`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

// What every command needs: the settings, the database, and a line on stdout.
import { existsSync } from 'node:fs'
import process from 'node:process'
import { isHalfRestored } from '../../../adapters/sqlite/copies/put-in-place.ts'
import { IN_MEMORY } from '../../../adapters/sqlite/database/database-file.ts'
import { isServed } from '../../../adapters/sqlite/database/serving-lock.ts'
import { AppError } from '../../../application/base/errors.ts'
import type { SaleId } from '../../../domain/ids.ts'
import { type Config, readConfig } from '../../config/config.ts'
import type { DatabaseConfig } from '../../config/database-settings.ts'
import { openPostgresStore, openStore, type Store } from '../../service/open-store.ts'

/** Thrown when settings are wrong. Each problem is one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super('the settings are wrong')
    this.problems = problems
  }
}

/** The settings from the environment. @throws {ConfigError} with every setting that is wrong. */
export function commandConfig(): Config {
  const result = readConfig(process.env)
  if (!result.ok) throw new ConfigError(result.problems)
  return result.config
}

/** Whether this command was given `--create`. */
let mayCreate = false

/** Lets this command make a database where there is none. */
export function allowCreate(): void {
  mayCreate = true
}

/**
 * A command that reads a database and finds none was most likely given other settings than the
 * service: an empty answer from a new one would be wrong.
 *
 * @throws {AppError} `refused` where there is none, unless it may be made
 */
export function requireDatabase(path: string): void {
  refuseHalfRestored(path)
  if (mayCreate || path === IN_MEMORY || existsSync(path)) return
  throw new AppError(
    'refused',
    `${path}: there is no database. Set DATA_DIR or DATABASE_URL as for the gateway. "gateway serve" makes one, and so does --create`,
  )
}

/** @throws {AppError} `refused` where a restore was interrupted, and the database may be half in place */
export function refuseHalfRestored(path: string): void {
  if (!isHalfRestored(path)) return
  throw new AppError(
    'refused',
    `${path}: a restore was interrupted when it was decided. Start the gateway, or give "gateway db restore" once more: either does the rest`,
  )
}

/** Whether a gateway serves the database: with PostgreSQL one on any machine. @throws {AppError} */
export async function isBeingServed(database: DatabaseConfig): Promise<boolean> {
  if (database.type === 'sqlite') return isServed(database.path)
  const { servingInstances } = await import('../../postgres/connect-postgres.ts')
  return (await servingInstances(database)).length > 0
}

/** Opens the database for the time of one command. A gateway may be running on it meanwhile. */
export async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStoreOf(commandConfig().database)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** A command makes the tables in a server only when it is told to: other gateways may be running on it. */
async function openStoreOf(database: DatabaseConfig): Promise<Store> {
  if (database.type === 'postgres') return openPostgresStore(database, mayCreate)
  requireDatabase(database.path)
  return openStore(database.path)
}

/** Tells a person of the sales that are held; says nothing where none is. */
export function printHeld(held: readonly SaleId[]): void {
  const [first] = held
  if (first === undefined) return
  const sales = held.length === 1 ? '1 unfinished sale is' : `${held.length} unfinished sales are`
  const text = `${sales} held until named: look at each in the CRM, then: gateway sales resume ${first}`
  process.stderr.write(`${text}\n`)
}

/** Writes a line to stdout, which holds the data of a command and no messages. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`)
}

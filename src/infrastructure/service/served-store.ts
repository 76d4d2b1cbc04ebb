// Opens the database to serve it: a file that no other process serves, or PostgreSQL, which others may serve, too.

import { hostname } from 'node:os'
import process from 'node:process'
import type { Logger } from 'pino'
import { makeDiskReserve } from '../../adapters/disk/disk-reserve.ts'
import { makeSharedFinds } from '../../adapters/sql/access/shared-finds.ts'
import { makeLogWriter, type OnCommit } from '../../adapters/sql/log/rows/log-writer.ts'
import { finishRestore } from '../../adapters/sqlite/copies/put-in-place.ts'
import { walBytesOf } from '../../adapters/sqlite/database/open-files.ts'
import { type ServingLock, takeServingLock } from '../../adapters/sqlite/database/serving-lock.ts'
import type { Clock } from '../../application/base/clock.port.ts'
import { AppError, errorCode } from '../../application/base/errors.ts'
import { type KnownLog, makeKnownLog } from '../../application/checkpoints/known-log.ts'
import type { SharedPlaces } from '../../application/crm/places/shared-places.ts'
import { makeLease } from '../../application/instances/lease.ts'
import { makeWatchStorage, type WatchStorage } from '../../application/storage/watch-storage.ts'
import type { Config } from '../config/config.ts'
import type { PostgresConfig } from '../config/database-settings.ts'
import { placesAmong } from './connect-zoho.ts'
import { openStore, type Store, storeOf } from './open-store.ts'
import type { Shared } from './service-deps.ts'

export type ServedStore = {
  readonly store: Store
  /** The disk that the database is on; left out where it is another machine's. */
  readonly storage?: WatchStorage
  /** Set where other instances may serve the database, too. */
  readonly shared?: Shared
  /** The calls to the CRM that may be in flight, where other instances make some, too. */
  readonly places?: SharedPlaces
  /** What this process has seen of a log that may come back as another one. */
  readonly known?: KnownLog

  /** Closes the database, and lets others serve it. */
  close(): Promise<void>
}

type Deps = {
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  /** Throws when the process is asked to stop. */
  readonly goOn: () => Promise<void>
  /** What is written until then is committed as one group. */
  readonly endOfTurn: (then: () => void) => void
  readonly onCommit: OnCommit
  /** Nobody knows what is on disk: the process must stop. */
  readonly onLost: (error: unknown) => void
}

/**
 * @throws {AppError} `refused` when another process serves the file, a newer version wrote the database, or it
 *   may not be migrated; `unavailable` when it cannot be reached; `lost`
 */
export function openServedStore(deps: Deps): Promise<ServedStore> {
  const { database } = deps.config
  return database.type === 'sqlite' ? serveFile(database.path, deps) : servePostgres(database, deps)
}

async function serveFile(database: string, deps: Deps): Promise<ServedStore> {
  const { config, clock, logger, onLost } = deps
  const reserve = makeDiskReserve(database)
  const storage = makeWatchStorage({ reserve, walBytes: () => walBytesOf(database), clock, logger })
  const lock = await takeLock(database, storage)
  if (lock === undefined) {
    throw new AppError('refused', `${database} is being served by another process.`)
  }
  await storage.makeRoom()
  await deps.goOn()
  const { checkpointsPath: checkpoints } = config.audit
  const restored = await finishRestore({ database, checkpoints })
  if (restored !== undefined) logger.warn(restored, 'an interrupted restore is finished')
  const watch = { onFull: storage.onFull, onLost }
  const store = await openStore(database, watch, deps.endOfTurn, deps.onCommit)
  await storage.look()
  return {
    store,
    storage,
    async close() {
      await store.close()
      lock.release()
    },
  }
}

/** Takes the lock. On a full disk there is no room for it before the reserve is deleted. */
async function takeLock(path: string, storage: WatchStorage): Promise<ServingLock | undefined> {
  try {
    return takeServingLock(path)
  } catch (error) {
    if (errorCode(error) !== 'unavailable') throw error
    await storage.makeRoom()
    return takeServingLock(path)
  }
}

/** The adapter is loaded only here, because most gateways need none. */
async function servePostgres(config: PostgresConfig, deps: Deps): Promise<ServedStore> {
  const { connectForLease, openPostgresTables, requireTables } = await import(
    '../postgres/connect-postgres.ts'
  )
  const { makeSqlInstances } = await import('../../adapters/sql/instances/sql-instances.ts')
  // With the URL of the tables' owner a start makes what is missing, as it does in a file.
  const database = await openPostgresTables(config, true)
  // A connection of its own, so that a renewal waits for no sale.
  const forLease = connectForLease(config)
  const lease = makeLease({
    instances: makeSqlInstances(forLease),
    clock: deps.clock,
    name: `${hostname()} ${process.pid}`,
    leaseMs: config.leaseMs,
    requireServable: () => requireTables(forLease, config),
  })
  const known = makeKnownLog()
  const writer = makeLogWriter(database, deps.endOfTurn, deps.onCommit, { known })
  const opened = storeOf(database, writer, lease)
  const store = { ...opened, keys: { ...opened.keys, find: makeSharedFinds(opened.keys) } }
  const { leaseMs } = config
  const places = placesAmong({ ...deps, desk: store.places, leaseMs })
  return {
    store,
    shared: { instances: store.instances, lease },
    places,
    known,
    async close() {
      await places.end()
      await store.close()
      await forLease.close()
    },
  }
}

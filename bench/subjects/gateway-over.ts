// Puts the gateway together as the program does, over a CRM at its port.

import { makeDiskReserve } from '../../src/adapters/disk/disk-reserve.ts'
import { makeMetrics } from '../../src/adapters/metrics/metrics.ts'
import { walBytesOf } from '../../src/adapters/sqlite/database/open-files.ts'
import type { SaleStore } from '../../src/application/sale/run/sale-store.port.ts'
import { makeWatchStorage } from '../../src/application/storage/watch-storage.ts'
import { type Config, readConfig } from '../../src/infrastructure/config/config.ts'
import { databaseFile } from '../../src/infrastructure/config/database-settings.ts'
import { makeMailer } from '../../src/infrastructure/service/mailer.ts'
import { openCheckpoints } from '../../src/infrastructure/service/open-checkpoints.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import { makeService, type Service } from '../../src/infrastructure/service/service.ts'
import { makeLogger } from '../../src/infrastructure/system/logger.ts'
import { makeSystemClock } from '../../src/infrastructure/system/system-clock.ts'
import { makeSystemRandom } from '../../src/infrastructure/system/system-random.ts'
import { wait } from '../base/wait.ts'
import { type Call, makePortCrm, OPEN } from './port-crm.ts'

export type OpenGateway = {
  readonly config: Config
  readonly service: Service
  /** A key that may create sales. */
  readonly key: string
  close(): Promise<void>
}

/** @throws {Error} when a setting is wrong */
export function configFrom(environment: Readonly<Record<string, string | undefined>>): Config {
  const result = readConfig(environment)
  if (!result.ok) throw new Error(result.problems.join('; '))
  return result.config
}

/**
 * Real store, checkpoints, mails and log; only the CRM is `call`.
 *
 * @param commitMs milliseconds that every write of a sale takes longer than it does, so that the
 *   writes that a caller waits for can be counted by the clock
 */
export async function openGateway(config: Config, call: Call, commitMs = 0): Promise<OpenGateway> {
  const { logger } = makeLogger(config.logLevel)
  const clock = makeSystemClock()
  const database = databaseFile(config)
  const reserve = makeDiskReserve(database)
  const walBytes = () => walBytesOf(database)
  const storage = makeWatchStorage({ reserve, walBytes, clock, logger })
  const onLost = (error: unknown) => {
    throw error
  }
  const { meter } = makeMetrics({ ofProcess: true })
  const watch = { onFull: storage.onFull, onLost }
  const store = await openStore(database, watch, undefined, meter.committed)
  await storage.look()
  const audit = await openCheckpoints(config, store)
  const service = makeService({
    config,
    store: commitMs === 0 ? store : { ...store, sales: slowedDown(store.sales, commitMs) },
    storage,
    zoho: { crm: makePortCrm(call), ...OPEN },
    fitness: { unfit: () => undefined, lackingRight: () => undefined, run: async () => undefined },
    organisation: {
      known: () => ({ homeCurrency: 'EUR', hasSeveralCurrencies: false }),
      ask: async () => undefined,
      run: async () => undefined,
    },
    mailer: await makeMailer(config.mail),
    signer: audit.signer,
    checkpointFile: audit.file,
    clock,
    random: makeSystemRandom(),
    logger,
    meter,
    onLost,
  })
  const newKey = {
    client: 'bench',
    scopes: ['sales:create'],
    createdAt: clock.now(),
    expiresAt: null,
  } as const
  const { key } = await store.keys.create(newKey, { operator: 'bench' })
  return {
    config,
    service,
    key,
    async close() {
      audit.file.close()
      await store.close()
    },
  }
}

function slowedDown(sales: SaleStore, commitMs: number): SaleStore {
  return {
    ...sales,
    async begin(...args) {
      const taken = await sales.begin(...args)
      await wait(commitMs)
      return taken
    },
    async append(...args) {
      await sales.append(...args)
      await wait(commitMs)
    },
  }
}

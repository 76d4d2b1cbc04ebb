// Puts the gateway together as the program does, over a CRM at its port.

import { makeMetrics } from '../../src/adapters/metrics/metrics.ts'
import type { SaleStore } from '../../src/application/sale/run/sale-store.port.ts'
import { type Config, readConfig } from '../../src/infrastructure/config/config.ts'
import { makeMailer } from '../../src/infrastructure/service/mailer.ts'
import { openCheckpoints } from '../../src/infrastructure/service/open-checkpoints.ts'
import { openServedStore } from '../../src/infrastructure/service/served-store.ts'
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
  const onLost = (error: unknown) => {
    throw error
  }
  const { meter } = makeMetrics({ ofProcess: true })
  const served = await openServedStore({
    ...{ config, clock, logger, onLost, onCommit: meter.committed },
    goOn: async () => undefined,
    endOfTurn: setImmediate,
  })
  const { store, storage, shared, known } = served
  const audit = await openCheckpoints(config, store)
  const service = makeService({
    config,
    store: commitMs === 0 ? store : { ...store, sales: slowedDown(store.sales, commitMs) },
    storage,
    shared,
    seen: known && audit.knownFile && { known, file: audit.knownFile },
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
      await served.close()
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

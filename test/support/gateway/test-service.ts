// Builds a service for a test.

import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { type FakeZoho, fetchOf, makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { type EventLoop, makeServer } from '../../../src/adapters/http/server.ts'
import { type Metrics, makeMetrics } from '../../../src/adapters/metrics/metrics.ts'
import { makeSigner } from '../../../src/adapters/signing/ed25519.ts'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import type { Scope } from '../../../src/application/access/key-store.port.ts'
import type { Random } from '../../../src/application/base/random.port.ts'
import type { CheckpointFile } from '../../../src/application/checkpoints/checkpoint-file.port.ts'
import type { CallPlaces } from '../../../src/application/crm/places/call-places.port.ts'
import {
  makeWatchOrganisation,
  type WatchOrganisation,
} from '../../../src/application/crm/watch-organisation.ts'
import type { Mailer } from '../../../src/application/mail/mailer.port.ts'
import type { WaitingMail } from '../../../src/application/mail/outbox.port.ts'
import type { WatchStorage } from '../../../src/application/storage/watch-storage.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import type { Signer } from '../../../src/domain/log/signing.ts'
import { type Config, readConfig } from '../../../src/infrastructure/config/config.ts'
import { connectZoho } from '../../../src/infrastructure/service/connect-zoho.ts'
import type { CrmFitness } from '../../../src/infrastructure/service/crm-fitness.ts'
import { openStore, type Store } from '../../../src/infrastructure/service/open-store.ts'
import { makeService, type Service } from '../../../src/infrastructure/service/service.ts'
import type { Shared } from '../../../src/infrastructure/service/service-deps.ts'
import { makeSystemRandom } from '../../../src/infrastructure/system/system-random.ts'
import { watchAnswers } from '../openapi/watch-answers.ts'
import { makeVirtualTestTime, type TestTime } from '../time/test-time.ts'

/** The whole service in this process: real client, fake Zoho, SQLite in memory, mails in a list, virtual time. */
export type TestService = {
  readonly service: Service
  /** What a signal does to the process. */
  stop(): Promise<void>
  /** Sales that a restored copy holds. */
  readonly held: readonly SaleId[]
  readonly server: FastifyInstance
  readonly fake: FakeZoho
  readonly store: Store
  readonly mails: readonly WaitingMail[]
  readonly logLines: readonly string[]
  readonly metrics: Metrics
  readonly lost: readonly unknown[]
  readonly time: TestTime
  /** A new key of this client. */
  key(client: string, ...scopes: Scope[]): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

/** Settings that keep a test short; what a test gives wins. */
const QUICK: Readonly<Record<string, string>> = {
  ZOHO_SETTLE_MS: '100',
  ZOHO_REQUEST_TIMEOUT_MS: '300',
  SALE_DEADLINE_MS: '2000',
  STUCK_AFTER_MS: '60000',
  LOG_LEVEL: 'debug',
}

/** Every pause that is drawn is as long as the middle of its range, so that times are exact. */
const MIDDLE = 0.5

/** An organisation like the fake's, as if it had been asked for. */
const ONE_CURRENCY: WatchOrganisation = {
  known: () => ({ homeCurrency: 'EUR', hasSeveralCurrencies: false }),
  ask: async () => undefined,
  run: async () => undefined,
}

export function quickConfig(settings: Readonly<Record<string, string>> = {}): Config {
  const result = readConfig({ ...QUICK, ...settings })
  if (!result.ok) throw new Error(result.problems.join('; '))
  return result.config
}

const FIT: CrmFitness = {
  unfit: () => undefined,
  lackingRight: () => undefined,
  run: async () => undefined,
}

export async function makeTestService(
  settings: Readonly<Record<string, string>> = {},
  given: {
    readonly fake?: FakeZoho
    readonly mailer?: Mailer
    readonly store?: Store
    readonly fitness?: CrmFitness
    /** Whether the service asks for the currencies of the organisation; else they are known. */
    readonly asksForCurrencies?: true
    /** Virtual, where it is left out. */
    readonly time?: TestTime
    readonly random?: Random
    /** Log lines that were dropped; none, where it is left out. */
    readonly linesDropped?: () => number
    readonly storage?: Pick<WatchStorage, 'full' | 'run'>
    /** The calls in flight that it may have, where others call the same CRM; else all. */
    readonly places?: CallPlaces
    /** Of a service that is one of several over its database. */
    readonly shared?: Shared
    /** Else no load is ever too much. */
    readonly loop?: EventLoop
    /** Of a log that other processes serve as well; closed by who opened it. */
    readonly audit?: { readonly signer: Signer; readonly file: CheckpointFile }
  } = {},
): Promise<TestService> {
  const config = quickConfig(settings)
  const time = given.time ?? makeVirtualTestTime()
  const { clock } = time
  const random = given.random ?? { ...makeSystemRandom(), fraction: () => MIDDLE }
  const { referenceField } = config.zoho
  const fake = given.fake ?? makeFakeZoho({ ...clock, referenceField, latencyMs: 0 })
  const made = makeMetrics()
  const { meter } = made
  const opened = () => openStore(':memory:', undefined, undefined, meter.committed)
  const store = given.store ?? (await opened())
  const mails: WaitingMail[] = []
  const audit = given.audit ?? {
    signer: makeSigner('test/sales-log', randomBytes(32)),
    file: openCheckpointFile(':memory:'),
  }
  const logLines: string[] = []
  const lost: unknown[] = []
  const zoho = connectZoho({
    ...{ config, clock, random, tokenStore: store.token, fetch: fetchOf(fake) },
    places: given.places,
    mayWrite: given.shared?.lease.holds,
  })
  const logger = pino(
    { level: config.logLevel },
    { write: (line: string) => void logLines.push(line) },
  )
  const service = makeService({
    config,
    store,
    storage: given.storage,
    shared: given.shared,
    zoho,
    fitness: given.fitness ?? FIT,
    organisation: given.asksForCurrencies
      ? makeWatchOrganisation({ crm: zoho.crm, clock, logger })
      : ONE_CURRENCY,
    mailer: standingStill(time, given.mailer) ?? {
      async send(mail: WaitingMail) {
        mails.push(mail)
        return { way: 'smtp', recipients: config.mail.to.length }
      },
    },
    signer: audit.signer,
    checkpointFile: audit.file,
    clock,
    random,
    logger,
    meter,
    onLost: (error) => void lost.push(error),
  })
  const { traffic } = zoho
  const metrics = made.complete({
    ...store,
    traffic,
    linesDropped: given.linesDropped ?? (() => 0),
    clock,
  })
  const server = await makeServer({ ...service, metrics, ...(given.loop && { loop: given.loop }) })
  const assertAllDocumented = watchAnswers(server)
  const stop = () => time.during(service.stop(() => time.standStill(server.close())))
  const { held } = await service.start(async () => undefined)
  return {
    service,
    stop,
    held,
    server,
    fake,
    store,
    mails,
    logLines,
    metrics,
    lost,
    time,
    async key(client, ...scopes) {
      const made = { client, scopes, createdAt: clock.now(), expiresAt: null }
      return (await store.keys.create(made, { operator: 'test' })).key
    },
    async [Symbol.asyncDispose]() {
      await stop()
      if (given.audit === undefined) audit.file.close()
      if (given.store === undefined) await store.close()
      assertAllDocumented()
    },
  }
}

/** A mailer over a socket: no virtual time passes while it sends. */
function standingStill({ standStill }: TestTime, mailer: Mailer | undefined): Mailer | undefined {
  return mailer && { send: (...mail) => standStill(mailer.send(...mail)) }
}

// What several gateways need around them: a PostgreSQL, a fake Zoho in this process, a key, and who starts and kills them.
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { migrations } from '../../../migrations/postgres/index.ts'
import { type FakeZoho, makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { serveFakeZoho } from '../../../src/adapters/fake-zoho/serve.ts'
import { migrate } from '../../../src/adapters/postgres/database/migrate.ts'
import { openPostgresDatabase } from '../../../src/adapters/postgres/database/postgres-database.ts'
import { makeKeyFile } from '../../../src/adapters/signing/key-file.ts'
import { makeSqlKeyStore } from '../../../src/adapters/sql/access/sql-key-store.ts'
import { makeLogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import type { EpochMs } from '../../../src/domain/time.ts'
import {
  type GatewayProcess,
  launchGateway,
} from '../../../src/infrastructure/demo/gateway-process.ts'
import { REFERENCE_FIELD } from '../../../src/infrastructure/demo/stage.ts'
import { operator } from '../../../src/infrastructure/system/operator.ts'
import { makeSystemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { chanceFaults } from '../../support/examples/chance-faults.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres/test-postgres.ts'

/** A third of it passes between two renewals; sales of a dead gateway are taken over within two of it. */
const LEASE_MS = 2_000

/** Long enough for a call that was given up to arrive, short enough to wait for. */
const SETTLE_MS = 1_500

/** A dead gateway's calls count as in flight for so long after its lease; the 15 s for a real Zoho are too long to watch. */
const REQUEST_TIMEOUT_MS = 2_000

/** Of each call to the fake. */
const LATENCY_MS = { type: 'uniform', minMs: 10, maxMs: 60 } as const

/** Of the creates: refused, which rolls the sale back; or done and not answered. */
const FAULTS = chanceFaults(
  ['create:Quotes', 'create:Sales_Orders'],
  [
    [{ type: 'refuse' }, 0.02],
    [{ type: 'resetAfter' }, 0.01],
  ],
)

/** One of the gateways, which is killed and started again. */
export type Instance = {
  readonly name: string
  /** Where it serves; `undefined` while it does not. */
  url(): string | undefined
  /** How often it was killed. */
  kills(): number
  start(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** SIGTERM. Resolves to the exit code. */
  stop(): Promise<number | null>
}

export type ManyStage = {
  readonly fake: FakeZoho
  readonly key: string
  readonly instances: readonly Instance[]
  /** The settings of a command on the same log. */
  readonly settings: Readonly<Record<string, string>>
  /** Where the log is, for a query. */
  readonly databaseUrl: string
  [Symbol.asyncDispose](): Promise<void>
}

/** @throws {Error} where the packages for development are not there, which bring PostgreSQL */
export async function makeManyStage(count: number): Promise<ManyStage> {
  const { now, sleep } = makeSystemClock()
  await using cleanUp = new AsyncDisposableStack()
  const server = cleanUp.adopt(await durablePostgres(), (one) => one.stop())
  const databaseUrl = await server.newDatabase()
  const key = await makeTables(databaseUrl, now())
  const fake = makeFakeZoho({
    now,
    sleep,
    referenceField: REFERENCE_FIELD,
    latencyMs: 0,
    settings: { latency: LATENCY_MS, chanceFaults: FAULTS },
  })
  const zoho = cleanUp.adopt(await serveFakeZoho(fake, { host: '127.0.0.1', port: 0 }), (one) =>
    one.close(),
  )
  const folder = cleanUp.adopt(await mkdtemp(path.join(tmpdir(), 'plg-gateway-many-')), (one) =>
    rm(one, { recursive: true, force: true }),
  )
  const settings = settingsOf(databaseUrl, zoho.url, folder)
  makeKeyFile(settings.AUDIT_KEY_FILE)
  const instances = Array.from({ length: count }, (_, at) =>
    makeInstance(`gateway ${at + 1}`, { ...settings, DATA_DIR: path.join(folder, String(at + 1)) }),
  )
  for (const instance of instances) cleanUp.defer(() => instance.kill())
  const owned = cleanUp.move()
  return {
    fake,
    key,
    instances,
    settings: { ...settings, DATA_DIR: await made(path.join(folder, 'commands')) },
    databaseUrl,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A server that keeps what is committed: a gateway serves on no other. */
function durablePostgres(): Promise<TestPostgres> {
  return startPostgres({ fsync: 'on', full_page_writes: 'on' })
}

async function made(folder: string): Promise<string> {
  await mkdir(folder)
  return folder
}

function settingsOf(databaseUrl: string, zohoUrl: string, folder: string) {
  return {
    PORT: '0',
    DATABASE_URL: databaseUrl,
    AUDIT_KEY_FILE: path.join(folder, 'audit.key'),
    SALE_LEASE_MS: String(LEASE_MS),
    CRM: 'zoho',
    ZOHO_ACCOUNTS_URL: zohoUrl,
    ZOHO_API_URL: zohoUrl,
    ZOHO_CLIENT_ID: 'demo',
    ZOHO_CLIENT_SECRET: randomUUID(),
    ZOHO_REFRESH_TOKEN: randomUUID(),
    ZOHO_SETTLE_MS: String(SETTLE_MS),
    ZOHO_REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
    LOG_LEVEL: 'error',
  }
}

/** Makes the tables, and a key for the callers. */
async function makeTables(url: string, createdAt: EpochMs): Promise<string> {
  const { hostname: host, port, pathname, username: user } = new URL(url)
  const database = openPostgresDatabase({
    ...{ host, port: Number(port), database: pathname.slice(1), user },
    ...{ ssl: false, poolMax: 2, applicationName: 'demo:many' },
  })
  try {
    await migrate(database, migrations)
    const keys = makeSqlKeyStore(database, makeLogWriter(database, setImmediate))
    const request = { client: 'demo', scopes: ['admin'] as const, createdAt, expiresAt: null }
    return (await keys.create(request, operator())).key
  } finally {
    await database.close()
  }
}

function makeInstance(name: string, settings: Readonly<Record<string, string>>): Instance {
  let running: GatewayProcess | undefined
  let kills = 0
  return {
    name,
    url: () => (running?.hasEnded() === false ? running.url : undefined),
    kills: () => kills,
    async start() {
      running = await launchGateway(settings).ready
    },
    async kill() {
      if (running === undefined) return
      const killed = running
      running = undefined
      kills += 1
      await killed.kill()
    },
    async stop() {
      const stopped = running
      running = undefined
      return stopped === undefined ? null : stopped.stop()
    },
  }
}

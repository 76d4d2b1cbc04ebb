// Everything around a gateway process: a fake Zoho, a data folder and a key.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type FakeZoho, makeFakeZoho } from '../../adapters/fake-zoho/fake-zoho.ts'
import { serveFakeZoho } from '../../adapters/fake-zoho/serve.ts'
import { openStore } from '../service/open-store.ts'
import { operator } from '../system/operator.ts'
import { makeSystemClock } from '../system/system-clock.ts'
import { type GatewayCommand, type GatewayProcess, startGateway } from './gateway-process.ts'

/** API name of the field in which the records of a sale carry its id and step. */
export const REFERENCE_FIELD = 'Gateway_Reference'

export type StageOptions = {
  /** Milliseconds that each answer of the fake takes. */
  readonly latencyMs: number
  /** Milliseconds until the second look; the two minutes for a real Zoho are too long to watch. */
  readonly settleMs: number
  /** More settings of the gateway. */
  readonly settings?: Readonly<Record<string, string>>
  /** Where the data folder is made; by default the temporary folder of the system. */
  readonly parent?: string
}

/** A fake Zoho, a new data folder, and a key. They stay when the gateway on them is killed. */
export type Stage = {
  readonly fake: FakeZoho
  readonly key: string
  readonly folder: string
  /** The settings of the gateway, and of a command on the same data. */
  readonly settings: Readonly<Record<string, string>>
  /** Starts a gateway. Only one can run at a time. */
  start(command?: GatewayCommand): Promise<GatewayProcess>
  [Symbol.asyncDispose](): Promise<void>
}

export async function makeStage(options: StageOptions): Promise<Stage> {
  const { now, sleep } = makeSystemClock()
  const folder = await mkdtemp(path.join(options.parent ?? tmpdir(), 'plg-gateway-demo-'))
  const { latencyMs } = options
  const fake = makeFakeZoho({ now, sleep, referenceField: REFERENCE_FIELD, latencyMs })
  const zoho = await serveFakeZoho(fake, { host: '127.0.0.1', port: 0 })
  const store = await openStore(path.join(folder, 'gateway.db'))
  const { key } = await store.keys.create(
    { client: 'demo', scopes: ['admin'], createdAt: now(), expiresAt: null },
    operator(),
  )
  await store.close()
  const settings = {
    PORT: '0',
    DATA_DIR: folder,
    CRM: 'zoho',
    ZOHO_ACCOUNTS_URL: zoho.url,
    ZOHO_API_URL: zoho.url,
    ZOHO_CLIENT_ID: 'demo',
    ZOHO_CLIENT_SECRET: randomUUID(),
    ZOHO_REFRESH_TOKEN: randomUUID(),
    ZOHO_SETTLE_MS: String(options.settleMs),
    LOG_LEVEL: 'warn',
    ...options.settings,
  }
  return {
    fake,
    key,
    folder,
    settings,
    start: (command) => startGateway(settings, command),
    async [Symbol.asyncDispose]() {
      await zoho.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

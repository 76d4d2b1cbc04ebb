// The gateway that is fuzzed: a process of its own, with a key of each kind, over the fake Zoho in another one.

import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { newKeyText } from '../../src/adapters/key-text/key-text.ts'
import { SCOPES } from '../../src/application/access/key-store.port.ts'
import type { EpochMs } from '../../src/domain/time.ts'
import {
  type GatewayProcess,
  gatewayCommand,
  launchGateway,
} from '../../src/infrastructure/demo/gateway-process.ts'
import { openStore, type Store } from '../../src/infrastructure/service/open-store.ts'
import { startFakeProcess } from '../crash/site/fake-process.ts'
import { chanceFaults } from '../support/examples/chance-faults.ts'
import { makeFolder, type Run, runGateway } from '../support/gateway/run-gateway.ts'
import { INSPECTED } from './heap.ts'
import type { KeyName } from './requests/key-names.ts'
import { CANARY } from './requests/odd-values.ts'

export type Site = {
  readonly gateway: GatewayProcess
  readonly port: number
  /** `undefined` for the key that is not shown. */
  keyText(name: KeyName): string | undefined
  /** All that it wrote to stderr so far. */
  said(): string
  /** The texts of all its mails. */
  mails(): Promise<readonly string[]>
  /** From now on the CRM does what it is asked. */
  calm(): Promise<void>
  /** Runs a command on what it left behind. */
  command(...args: readonly string[]): Promise<Run>
  [Symbol.asyncDispose](): Promise<void>
}

/** All of them fail some sales, and none so many that the CRM counts as away. */
const FAULTS = [
  ...chanceFaults(
    ['create:*'],
    [
      [{ type: 'refuse' }, 0.02],
      [{ type: 'resetAfter' }, 0.005],
      [{ type: 'wrongIdType' }, 0.005],
      [{ type: 'mixed207' }, 0.005],
    ],
  ),
  ...chanceFaults(
    ['coql:*', 'search:*', 'list:*'],
    [
      [{ type: 'status', status: 500 }, 0.005],
      [{ type: 'html502' }, 0.08],
      [{ type: 'cutBody' }, 0.005],
      [{ type: 'extraMembers' }, 0.01],
    ],
  ),
]

const SETTINGS = {
  PORT: '0',
  CRM: 'zoho',
  ZOHO_CLIENT_ID: 'fuzz',
  ZOHO_REFRESH_TOKEN: 'fuzz',
  ZOHO_CLIENT_SECRET: 'fuzz',
  ZOHO_SETTLE_MS: '50',
  ZOHO_REQUEST_TIMEOUT_MS: '2000',
  SALE_DEADLINE_MS: '5000',
  AUTH_FAILURES_PER_MINUTE: '1000',
  RATE_LIMIT_PER_KEY: '500',
  LOG_LEVEL: 'debug',
}

export async function openSite(): Promise<Site> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await makeFolder())
  const [fake, keys] = await Promise.all([startFakeProcess(), makeKeys(folder.path)])
  stack.defer(() => fake.close())
  await fake.settings({ refreshesMax: null, chanceFaults: FAULTS })
  const settings = {
    ...SETTINGS,
    DATA_DIR: folder.path,
    ZOHO_ACCOUNTS_URL: fake.url,
    ZOHO_API_URL: fake.url,
  }
  let said = ''
  const launched = launchGateway(settings, {
    command: inspected(),
    onStderr: (text) => {
      said += text
    },
  })
  const gateway = stack.use(await launched.ready)
  const kept = stack.move()
  return {
    gateway,
    port: Number(new URL(gateway.url).port),
    keyText: (name) => keys.get(name),
    said: () => said,
    async mails() {
      const names = await readdir(path.join(folder.path, 'mail')).catch(() => [])
      return Promise.all(
        names.map((name) => readFile(path.join(folder.path, 'mail', name), 'utf8')),
      )
    },
    calm: () => fake.settings({ chanceFaults: [] }),
    command: (...args) => runGateway(args, settings),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

function inspected() {
  const { file, args } = gatewayCommand(['serve'])
  const place = 'Deno' in globalThis ? 1 : 0
  return { file, args: args.toSpliced(place, 0, INSPECTED) }
}

/** The keys are made in this process: the command for each would take longer than all that is asked. */
async function makeKeys(folder: string): Promise<ReadonlyMap<KeyName, string>> {
  const store = await openStore(path.join(folder, 'gateway.db'))
  const keys = new Map<KeyName, string>([
    ['unknown', newKeyText('live')],
    ['malformed', `plg_live_${CANARY}`],
  ])
  for (const scope of SCOPES) keys.set(scope, (await create(store, scope)).key)
  const expired = await create(store, 'admin', Date.now() as EpochMs)
  keys.set('expired', expired.key)
  const revoked = await create(store, 'admin')
  await store.keys.revoke(revoked.id, Date.now() as EpochMs, BY)
  keys.set('revoked', revoked.key)
  await store.close()
  return keys
}

const BY = { operator: 'fuzz' }

function create({ keys }: Store, scope: (typeof SCOPES)[number], expiresAt: EpochMs | null = null) {
  const client = `fuzz-${randomUUID().slice(0, 8)}`
  return keys.create({ client, scopes: [scope], createdAt: Date.now() as EpochMs, expiresAt }, BY)
}

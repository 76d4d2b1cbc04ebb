import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type { FaultRule } from '../../../src/adapters/fake-zoho/faults/faults.ts'
import type { OperationPattern } from '../../../src/adapters/fake-zoho/faults/operation.ts'
import {
  SAMPLE_CONTACT_ID,
  SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID,
  SAMPLE_PRODUCT_IDS,
  SAMPLE_PRODUCT_INACTIVE_ID,
  SAMPLE_PRODUCT_WITHOUT_PRICE_ID,
} from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import type { ChanceFault, SettingsPatch } from '../../../src/adapters/fake-zoho/world/settings.ts'
import { type Burst, drawBurst } from '../world/bursts.ts'
import type { Order, SaleBody } from '../world/clients.ts'
import type { Instances } from '../world/world.ts'
import { CALM, type Dials, type Range } from './dials.ts'
import { drawLies, type Lies, ODD_PRODUCTS } from './lies.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Of all seeds: those in which the CRM says what no document names. */
const LYING_SHARE = 1 / 3

const CLIENTS = ['web-shop', 'field-sales'] as const

const EMAILS = ['info@poligonmuhendislik.com', 'solo@example.com'] as const

/** What callers do, and when, in milliseconds from the begin. */
export type Act =
  | { readonly atMs: number; readonly type: 'sell'; readonly order: Order }
  | { readonly atMs: number; readonly type: 'read'; readonly client: string; readonly url: string }
  | { readonly atMs: number; readonly type: 'readSale'; readonly client: string }

/** What happens to the process, to the weather, to the token. */
export type Event =
  | { readonly atMs: number; readonly type: 'crash'; readonly slot?: number }
  /** Dies so many points later, between whatever two awaits that is. */
  | {
      readonly atMs: number
      readonly type: 'doom'
      readonly points: number
      readonly slot?: number
    }
  | { readonly atMs: number; readonly type: 'stop'; readonly slot?: number }
  | { readonly atMs: number; readonly type: 'tokensExpire' }
  | { readonly atMs: number; readonly type: 'weather'; readonly dials: Dials }
  /** The machine is suspended, and the world goes on. */
  | {
      readonly atMs: number
      readonly type: 'suspended'
      readonly forMs: number
      readonly slot?: number
    }
  /** The process is stopped, as by SIGSTOP, and goes on later. */
  | {
      readonly atMs: number
      readonly type: 'stopped'
      readonly forMs: number
      readonly slot: number
    }
  /** The same, at the `nth` point from here on: any, or a request that changes a record, before it is written. */
  | {
      readonly atMs: number
      readonly type: 'stoppedBefore'
      readonly before: 'anything' | 'request'
      readonly nth: number
      readonly forMs: number
      readonly slot: number
    }
  /** These instances cannot reach the database. */
  | {
      readonly atMs: number
      readonly type: 'databaseAway'
      readonly slots: readonly number[]
      readonly forMs: number
    }
  /** The wall clock of the machine is set, forward or back. */
  | {
      readonly atMs: number
      readonly type: 'clockSet'
      readonly byMs: number
      readonly slot?: number
    }
  /** With a fault, the accounts host is away; without, it is there again. */
  | { readonly atMs: number; readonly type: 'accounts'; readonly away?: FaultKind }

/** All of a run that is drawn before it begins. */
export type Plan = {
  readonly settings: Readonly<Record<string, string>>
  readonly dials: Dials
  readonly awayMs: Range
  readonly clockJumpMs: number
  /** When the faults stop, in milliseconds from the begin. */
  readonly stormMs: number
  readonly acts: readonly Act[]
  /** In place of all that is sold at other times. */
  readonly burst: Burst | undefined
  readonly events: readonly Event[]
  /** Faults of the CRM that do not stop with the others. */
  readonly lasting: readonly FaultRule[]
  /** A person mends them in the end. */
  readonly isMended: boolean
  readonly plantsLookalikes: boolean
  /** The clock is set forward when the first sale fails: at the begin of its settle time. */
  readonly setsClockAtFailure: boolean
  readonly lies: Lies | undefined
  /** Those over one database; `undefined` for one that has it alone. */
  readonly instances: Instances | undefined
}

/** @param isLying whether the CRM lies; drawn when it is left out */
export function drawPlan(random: SeededRandom, isLying?: boolean): Plan {
  const settleMs = random.pick([1_000, 4_000, 20_000])
  const stormMs = random.pick([3_000, 15_000, 40_000])
  const lying = random.of('lies')
  const lies = (isLying ?? lying.chance(LYING_SHARE)) ? drawLies(lying, settleMs) : undefined
  const weather = drawDials(random.of('weather'), settleMs, lies)
  const lasting = drawLasting(random.of('lasting'))
  const body = (row: SeededRandom) => drawBody(row, lies)
  const burst = drawBurst(random.of('burst'), stormMs, CLIENTS, body)
  const acts = drawActs(random.of('acts'), stormMs, lies)
  return {
    settings: {
      ZOHO_SETTLE_MS: String(settleMs),
      ZOHO_REQUEST_TIMEOUT_MS: random.pick(['400', '2000', '5000']),
      SALE_DEADLINE_MS: random.pick(['3000', '10000', '30000']),
      STUCK_AFTER_MS: random.pick(['5000', '30000']),
      ZOHO_MAX_CONCURRENCY: random.pick(['1', '2', '4', '8']),
      SHUTDOWN_GRACE_MS: random.pick(['1000', '35000']),
      ...(burst && { ZOHO_MAX_CONCURRENCY: burst.concurrency }),
    },
    dials: weather,
    awayMs: random.pick<Range>([
      [1, 50],
      [500, 3_000],
    ]),
    // A clock set back puts the deadline off by as much; a sale that waits for a hidden record uses it.
    clockJumpMs: Math.min(
      random.pick([0, 0, 5_000, 6 * 3_600_000]),
      lies?.hiding ? 5_000 : Infinity,
    ),
    stormMs,
    acts: burst === undefined ? acts : acts.filter(({ type }) => type !== 'sell'),
    burst,
    events: [
      ...drawEvents(random.of('events'), stormMs, weather),
      ...drawAccountsAway(random.of('accounts host'), stormMs, lies),
      ...drawClocks(random.of('clocks'), stormMs),
    ],
    lasting,
    isMended: random.chance(0.5),
    plantsLookalikes: random.chance(0.3),
    setsClockAtFailure: random.of('clock at failure').chance(CLOCKS_SHARE),
    lies,
    instances: undefined,
  }
}

/** Each fault is there in some seeds only, and then as often as that seed has it. */
function drawDials(random: SeededRandom, settleMs: number, lies: Lies | undefined): Dials {
  const isCalm = random.chance(0.2)
  const share = (max: number) => (!isCalm && random.chance(0.4) ? random.fraction() * max : 0)
  const thereMax = random.pick([5, 60, 250])
  const slowMax = Math.min(random.pick([500, 3_000, 9_000]), Math.floor(settleMs / 2) - 200)
  // A record that turns up late, and is hidden then, has to be seen within settle time.
  const lateMaxMs = settleMs - slowMax - (lies?.hiding?.hiddenMsMax ?? 0)
  return {
    network: {
      refused: share(0.2),
      requestLost: share(0.15),
      answerLost: share(0.25),
      cut: random.fraction(),
      thereMs: [0, thereMax],
      backMs: [0, thereMax],
      slow: share(0.2),
      slowMs: [0, slowMax],
      lostWithSender: random.fraction(),
    },
    crm: drawCrm(random, lateMaxMs, share, lies),
    database: {
      busy: share(0.05),
      full: share(0.05),
      failed: share(0.004),
      failedCommitKept: share(0.03),
      lostCommit: 0,
      // Of a row of its own: the reads of a new sale come back before its first event is stored, or after.
      lateMs: random.of('late').pick<Range>([
        [0, 0],
        [0, 10],
        [0, 200],
      ]),
    },
    mail: {
      refused: share(0.6),
      hung: share(0.3),
      answerLost: share(0.3),
      takesMs: random.pick<Range>([
        [1, 5],
        [20, 400],
      ]),
    },
    timers: { early: share(0.3), lateMs: random.chance(0.3) ? random.int(1, 40) : 0 },
  }
}

/** @param lateMaxMs a record may turn up so long after its create arrived */
function drawCrm(
  random: SeededRandom,
  lateMaxMs: number,
  share: (max: number) => number,
  lies: Lies | undefined,
): SettingsPatch {
  const chanceFaults: ChanceFault[] = []
  const add = (operation: OperationPattern, kind: FaultKind, most: number) => {
    const probability = share(most)
    if (probability > 0) chanceFaults.push({ operation, kind, probability })
  }
  const leaving = random.pick(['reset', 'nothing'] as const)
  add('create:*', { type: 'lateApply', afterMs: random.int(0, lateMaxMs - 1), leaving }, 0.3)
  add('create:Sales_Orders', { type: 'refuse' }, 0.6)
  add('create:Quotes', { type: 'refuse' }, 0.3)
  add('create:Deals', { type: 'refuse' }, 0.3)
  add('create:*', { type: 'statusAfter', status: 500 }, 0.2)
  add('create:*', { type: 'emptyData' }, 0.1)
  add('create:*', { type: 'wrongIdType' }, 0.1)
  add('create:*', { type: 'mixed207' }, 0.1)
  add('create:*', { type: 'multipleErrors' }, 0.5)
  add('delete:*', { type: 'refuse', code: 'RECORD_LOCKED' }, 0.5)
  // Of a hidden record, nothing would show that it is still there.
  if (lies?.hiding === undefined) add('delete:*', { type: 'notDeleted' }, 0.3)
  add('delete:*', { type: 'statusAfter', status: 500 }, 0.3)
  add('delete:*', { type: 'lateApply', afterMs: random.int(0, lateMaxMs - 1) }, 0.2)
  add('coql:*', { type: 'status', status: 500 }, 0.2)
  // Not at a look-up by reference: with a CRM that hides a record that is there, nothing can be promised.
  if (lies === undefined) add('coql:Contacts', { type: 'emptyData' }, 0.1)
  add('get:*', { type: 'timeoutBefore' }, 0.2)
  add('token', { type: 'status', status: 500 }, 0.3)
  add('token', { type: 'html502' }, 0.2)
  add('*', { type: 'html502', applied: true }, 0.1)
  add('*', { type: 'status', status: 429 }, 0.2)
  add('*', { type: 'cutBody' }, 0.1)
  add('*', { type: 'timeoutAfter' }, 0.1)
  const isShort = random.chance(0.3)
  return {
    chanceFaults,
    tokenLifeSeconds: isShort ? random.int(62, 70) : 3_600,
    tokenCallsMax: random.chance(0.15) ? random.int(1, 20) : null,
    refreshesMax: 10,
    concurrencyMax: random.chance(0.2) ? random.int(1, 5) : null,
  }
}

/** Deletes or look-ups that keep failing until a person mends it. */
function drawLasting(random: SeededRandom): readonly FaultRule[] {
  if (!random.chance(0.12)) return []
  const module = random.pick(['Deals', 'Quotes', 'Sales_Orders'] as const)
  const operation = `${random.pick(['delete', 'delete', 'coql'] as const)}:${module}` as const
  const code = random.pick(['RECORD_LOCKED', 'NO_PERMISSION'])
  const times = Number.POSITIVE_INFINITY
  return [{ operation, times, kind: { type: 'refuse', code } }]
}

function drawActs(random: SeededRandom, stormMs: number, lies: Lies | undefined): readonly Act[] {
  const acts: Act[] = []
  const count = random.pick([1, 2, 2, 3, 4, 5, 8])
  // Many sales at once reach the limits; a few at a time find what the ones before them left.
  const withinMs = random.pick([200, Math.floor(stormMs * 0.8)])
  for (let i = 0; i < count; i += 1) {
    const atMs = random.int(0, withinMs)
    const client = random.pick(CLIENTS)
    const key = random.chance(0.6) ? `key-${random.chance(0.8) ? i : 0}` : undefined
    const hangsUpAfterMs = random.chance(0.1) ? random.int(1, 2_000) : undefined
    const order = { name: `order-${i}`, client, key, body: drawBody(random, lies), hangsUpAfterMs }
    acts.push({ atMs, type: 'sell', order })
    if (key === undefined) continue
    for (let again = random.chance(0.4) ? random.int(1, 2) : 0; again > 0; again -= 1) {
      const twin = { ...order, name: `order-${i}-again-${again}` }
      acts.push({ atMs: atMs + random.pick([0, 1, 50, 2_000]), type: 'sell', order: twin })
    }
    if (random.chance(0.1)) {
      const other = { ...order, name: `order-${i}-other`, body: drawBody(random, lies) }
      acts.push({ atMs: atMs + random.int(0, 500), type: 'sell', order: other })
    }
  }
  for (let reads = random.int(0, 3); reads > 0; reads -= 1) {
    const atMs = random.int(0, stormMs)
    const client = random.pick(CLIENTS)
    const url = `/getContact?email=${encodeURIComponent(random.pick(EMAILS))}`
    acts.push({ atMs, type: 'read', client, url })
    acts.push({
      atMs: random.int(0, stormMs),
      type: 'read',
      client: 'auditor',
      url: '/log?limit=200',
    })
    acts.push({ atMs: random.int(0, stormMs), type: 'readSale', client: 'auditor' })
  }
  return acts
}

function drawBody(random: SeededRandom, lies: Lies | undefined): SaleBody {
  if (lies !== undefined && random.chance(0.1)) {
    const { id: productId } = random.pick<{ readonly id: string }>(ODD_PRODUCTS)
    return { contactId: SAMPLE_CONTACT_ID, products: [{ productId, quantity: 1 }] }
  }
  const contactId = random.chance(0.05)
    ? '999'
    : random.pick([SAMPLE_CONTACT_ID, SAMPLE_CONTACT_ID, SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID])
  const productIds = random.chance(0.06)
    ? [random.pick([SAMPLE_PRODUCT_INACTIVE_ID, SAMPLE_PRODUCT_WITHOUT_PRICE_ID, '888'])]
    : SAMPLE_PRODUCT_IDS.slice(0, random.int(1, 2))
  const products = productIds.map((productId) => ({ productId, quantity: random.int(1, 9) }))
  return { contactId, products }
}

function drawEvents(random: SeededRandom, stormMs: number, weather: Dials): readonly Event[] {
  const events: Event[] = []
  const at = () => random.int(0, stormMs)
  for (let crashes = random.pick([0, 0, 1, 1, 2, 3]); crashes > 0; crashes -= 1) {
    if (random.chance(0.3)) events.push({ atMs: at(), type: 'crash' })
    else events.push({ atMs: at(), type: 'doom', points: random.int(1, 60) })
  }
  if (random.chance(0.25)) events.push({ atMs: at(), type: 'stop' })
  if (random.chance(0.3)) events.push({ atMs: at(), type: 'tokensExpire' })
  if (random.chance(0.35)) {
    const atMs = at()
    events.push({ atMs, type: 'weather', dials: outage(random, weather) })
    const endMs = Math.min(stormMs, atMs + random.int(500, stormMs))
    events.push({ atMs: endMs, type: 'weather', dials: weather })
  }
  return events
}

function drawAccountsAway(
  random: SeededRandom,
  stormMs: number,
  lies: Lies | undefined,
): readonly Event[] {
  return (lies?.accountsAway ?? []).flatMap(({ kind, forMs }) => {
    const atMs = random.int(0, stormMs)
    const backMs = Math.min(stormMs, atMs + random.int(...forMs))
    return [
      { atMs, type: 'accounts', away: kind },
      { atMs: backMs, type: 'accounts' },
    ] as const
  })
}

/** Of all seeds: those whose machine is suspended, and those whose clock is set. */
const CLOCKS_SHARE = 0.2

function drawClocks(random: SeededRandom, stormMs: number): readonly Event[] {
  const events: Event[] = []
  const atMs = () => random.int(0, stormMs)
  if (random.chance(CLOCKS_SHARE)) {
    const forMs = random.pick([random.int(100, 5_000), 60_000, 3 * 3_600_000])
    events.push({ atMs: atMs(), type: 'suspended', forMs })
  }
  if (!random.chance(CLOCKS_SHARE)) return events
  for (let times = random.int(1, 3); times > 0; times -= 1) {
    const ms = random.pick([random.int(2_000, 20_000), 3 * 3_600_000])
    events.push({ atMs: atMs(), type: 'clockSet', byMs: random.chance(0.5) ? ms : -ms })
  }
  return events
}

/** Something is away altogether for a while. */
function outage(random: SeededRandom, weather: Dials): Dials {
  const always = (kind: FaultKind, operation: OperationPattern = '*'): Dials => ({
    ...weather,
    crm: { ...weather.crm, chanceFaults: [{ operation, kind, probability: 1 }] },
  })
  switch (random.int(0, 7)) {
    case 0:
      return { ...weather, network: { ...weather.network, refused: 1 } }
    case 1:
      return { ...weather, network: { ...weather.network, requestLost: 1 } }
    case 2:
      return { ...weather, database: { ...weather.database, full: 1 } }
    case 3:
      return { ...weather, mail: { ...weather.mail, refused: 1 } }
    case 4:
      return always({ type: 'status', status: 429 })
    case 5:
      return always({ type: 'status', status: 500 })
    case 6:
      return { ...weather, crm: { ...weather.crm, isRefreshTokenRevoked: true, tokenCallsMax: 1 } }
    default:
      return always({ type: 'statusAfter', status: 401 }, 'coql:*')
  }
}

/** The weather in which everything has to come to an end. */
export function afterTheStorm(): Dials {
  return {
    ...CALM,
    crm: {
      chanceFaults: [],
      tokenLifeSeconds: 3_600,
      tokenCallsMax: null,
      concurrencyMax: null,
      isRefreshTokenRevoked: false,
      hiddenFields: [],
    },
  }
}

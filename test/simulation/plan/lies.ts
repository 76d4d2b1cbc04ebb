// What a CRM says and does that none of its documents names: drawn for one run.
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type {
  ChanceFault,
  HiddenField,
  SettingsPatch,
} from '../../../src/adapters/fake-zoho/world/settings.ts'
import type { Range } from './dials.ts'
import type { HidingPlan } from './hidden-records.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Some of what an organisation that nobody of us knows may do. */
export type Lies = {
  /** While the faults last; over what the weather has. */
  readonly chanceFaults: readonly ChanceFault[]
  readonly whileFaultsLast: SettingsPatch
  /** To the end of the run. */
  readonly lasting: SettingsPatch
  readonly hiding: HidingPlan | undefined
  /** How the accounts host is away, each time that it is. */
  readonly accountsAway: readonly { readonly kind: FaultKind; readonly forMs: Range }[]
}

/** Products that no sale can be made of, and that do not get better. */
export const ODD_PRODUCTS = [
  { id: '550428000000999111', Product_Name: 'Belt', Unit_Price: '19.99', Product_Active: true },
  { id: '550428000000999222', Product_Name: null, Unit_Price: 12, Product_Active: true },
] as const

/** @param settleMs how long the service waits for what turns up late */
export function drawLies(random: SeededRandom, settleMs: number): Lies {
  const hiddenMsMax = Math.floor(settleMs / 3)
  const hiding = random.chance(0.5) ? drawHiding(random.of('hiding'), hiddenMsMax) : undefined
  return {
    chanceFaults: drawOddAnswers(random.of('odd answers'), hiding !== undefined),
    whileFaultsLast: { hiddenFields: drawHiddenFields(random.of('hidden fields')) },
    lasting: drawReadings(random.of('readings')),
    hiding,
    accountsAway: drawAccountsAway(random.of('accounts host')),
  }
}

function drawHiding(random: SeededRandom, hiddenMsMax: number): HidingPlan {
  return {
    share: random.pick([0.2, 0.5, 1]),
    hiddenMsMax,
    foreverShare: random.pick([0, 0.5, 1, 1]),
    heldShare: random.pick([0, 0.3, 1]),
  }
}

/** Fields of which the reads show less than there is. A `null` is taken for what it says. */
const HIDDEN_FIELDS: readonly [HiddenField, ...HiddenField[]] = [
  { module: 'Contacts', field: 'Email', shows: 'null' },
  { module: 'Contacts', field: 'Email', shows: 'absent' },
  { module: 'Contacts', field: 'Email', shows: 'masked' },
  { module: 'Contacts', field: 'Account_Name', shows: 'absent' },
  { module: 'Contacts', field: 'Account_Name', shows: 'masked' },
  { module: 'Accounts', field: 'Billing_City', shows: 'absent' },
  { module: 'Accounts', field: 'Shipping_Street', shows: 'absent' },
  { module: 'Products', field: 'Unit_Price', shows: 'absent' },
  { module: 'Products', field: 'Unit_Price', shows: 'masked' },
  { module: 'Products', field: 'Product_Name', shows: 'null' },
  { module: 'Deals', field: 'Gateway_Reference', shows: 'null' },
  { module: 'Quotes', field: 'Gateway_Reference', shows: 'absent' },
  { module: 'Sales_Orders', field: 'Gateway_Reference', shows: 'masked' },
]

function drawHiddenFields(random: SeededRandom) {
  if (!random.chance(0.5)) return []
  return [random.pick(HIDDEN_FIELDS), random.pick(HIDDEN_FIELDS)]
}

/** Either reading of what Zoho leaves open, and tokens that are not good at once. */
function drawReadings(random: SeededRandom): SettingsPatch {
  return {
    tokenLagMs: random.pick([0, 0, 100, 500, 2_000, 5_000]),
    tokenLagCalls: random.pick([0, 0, 1]),
    deadTokenCode: random.pick([
      'INVALID_TOKEN',
      'INVALID_OAUTHTOKEN',
      'AUTHENTICATION_FAILURE',
      'AUTHENTICATION_FAILED',
      'SOMETHING_NEW',
      '',
    ]),
    isBinUnique: random.chance(0.5),
    unknownIdAnswer: random.pick(['noContent', 'invalidId', 'notFound']),
    emptyListAnswer: random.pick(['noContent', 'emptyData']),
    goneDeleteAnswer: random.pick(['notDeleted', 'invalidId', 'noContent', 'notFound']),
  }
}

const AWAY_KINDS: readonly [FaultKind, ...FaultKind[]] = [
  { type: 'connectRefused' },
  { type: 'resetBefore' },
  { type: 'timeoutBefore' },
  { type: 'odd', status: 503, body: '<h1>Service Unavailable</h1>', contentType: 'text/html' },
  { type: 'odd', status: 200, body: '{}' },
  { type: 'odd', status: 200, body: '{"error":"general_error"}' },
]

function drawAccountsAway(random: SeededRandom): Lies['accountsAway'] {
  const one = () => {
    const kind = random.pick(AWAY_KINDS)
    const forMs = random.pick<Range>([
      [500, 3_000],
      [3_000, 20_000],
    ])
    return { kind, forMs }
  }
  return Array.from({ length: random.pick([0, 1, 2, 3]) }, one)
}

type Writing = 'create' | 'delete'

/** Statuses under which a word that nobody knows leaves open whether the call was applied. */
const OPEN_STATUSES = [
  400, 404, 405, 408, 409, 410, 412, 413, 415, 423, 425, 500, 503, 504, 302, 307,
] as const

/** Codes that are in no document. */
const WORDS = ['SOMETHING_NEW', 'WORKFLOW_REJECTED', 'KAYIT_KILITLI', 'E1001', 'odd code'] as const
const SENTENCES = ['record is busy', "Tutar 1000 TL'den büyük olmalı", ''] as const

/** @param isHiding records are hidden: then no odd word may hide a delete that was not done, too */
function drawOddAnswers(random: SeededRandom, isHiding: boolean): readonly ChanceFault[] {
  const faults: ChanceFault[] = []
  const most = random.pick([0.05, 0.2, 0.4])
  const add = (operation: ChanceFault['operation'], kind: FaultKind) => {
    faults.push({ operation, kind, probability: random.fraction() * most })
  }
  for (let count = random.int(1, 5); count > 0; count -= 1) {
    add('create:*', oddWrite(random, 'create'))
    if (!isHiding) add('delete:*', oddWrite(random, 'delete'))
    add(random.pick(['coql:*', 'coql:Contacts', 'list:Products']), oddRead(random, OPEN_STATUSES))
    // By id, these two would say that there is no such record.
    const byId = OPEN_STATUSES.filter((status) => status !== 404 && status !== 410)
    add('get:*', oddRead(random, byId))
  }
  // A record is named without being seen where the answer of its create was lost.
  if (isHiding) {
    const probability = random.fraction() / 2
    faults.unshift({ operation: 'create:*', kind: { type: 'resetAfter' }, probability })
  }
  if (random.chance(0.5)) add('*', { type: 'extraMembers' })
  if (random.chance(0.5)) add('*', { type: 'wrongIdType' })
  if (random.chance(0.3)) add('token', random.pick(AWAY_KINDS))
  return faults
}

function oddWrite(random: SeededRandom, writing: Writing): FaultKind {
  const applied = random.chance(0.5)
  switch (random.int(0, 7)) {
    case 0:
      return { type: 'odd', applied, ...random.pick<OddAnswer>(ODD_SUCCESSES) }
    case 1:
      return { type: 'odd', applied, status: 403, ...wordless(random) }
    // A word under 403, and any 401, tell that nothing was done.
    case 2:
      return { type: 'odd', status: 403, body: refusal(random, writing) }
    case 3:
      return { type: 'odd', status: 401, body: refusal(random, writing) }
    case 4:
      return { type: 'odd', status: 400, body: THROTTLED }
    case 5:
      return { type: 'odd', applied, status: pickOf(random, OPEN_STATUSES), ...wordless(random) }
    default: {
      const status = pickOf(random, OPEN_STATUSES)
      return { type: 'odd', applied, status, body: refusal(random, writing) }
    }
  }
}

function oddRead(random: SeededRandom, statuses: readonly number[]): FaultKind {
  switch (random.int(0, 4)) {
    case 0:
      return { type: 'odd', ...random.pick<OddAnswer>(ODD_ROWS) }
    case 1:
      return { type: 'odd', status: 403, ...wordless(random) }
    case 2:
      return { type: 'odd', status: pickOf(random, statuses), ...wordless(random) }
    default:
      return { type: 'odd', status: pickOf(random, statuses), body: refusal(random, 'read') }
  }
}

const THROTTLED =
  '{"code":"URL_ROLLING_THROTTLES_LIMIT_EXCEEDED","message":"slow down","status":"error"}'

type OddAnswer = { readonly status: number; readonly body: string; readonly contentType?: string }

/** Of a write, none of which says that it was done. */
const ODD_SUCCESSES = [
  { status: 204, body: '' },
  { status: 200, body: '{}' },
  { status: 200, body: 'OK', contentType: 'text/plain' },
  { status: 200, body: '{"data":[]}' },
  { status: 202, body: '{"data":[{"code":"SCHEDULED","status":"queued","details":{}}]}' },
  { status: 201, body: '{"data":[{"code":"SUCCESS","status":"success","details":{"id":"x7"}}]}' },
  { status: 200, body: '{"data":[{"code":"SOMETHING_NEW","status":"error","details":{}}]}' },
] as const

/** Of a read, none of which says that there is nothing. */
const ODD_ROWS = [
  { status: 200, body: '{}' },
  { status: 200, body: '{"data":[{}]}' },
  { status: 200, body: '{"data":null}' },
  { status: 200, body: 'OK', contentType: 'text/plain' },
] as const

function wordless(random: SeededRandom) {
  return random.pick([
    { body: '' },
    { body: '{}' },
    { body: '<html><body>Blocked</body></html>', contentType: 'text/html' },
    { body: '{"message":"no"}' },
  ])
}

function refusal(random: SeededRandom, kind: Writing | 'read'): string {
  const code = random.pick(WORDS)
  const refused = { code, message: random.pick(SENTENCES), details: {}, status: 'error' }
  const isWrapped = kind !== 'read' && random.chance(0.5)
  return JSON.stringify(isWrapped ? { data: [refused] } : refused)
}

function pickOf(random: SeededRandom, statuses: readonly number[]): number {
  return statuses[random.int(0, statuses.length - 1)] ?? 500
}

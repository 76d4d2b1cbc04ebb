// The settings of the fake, and their defaults.
import type { FaultKind } from '../faults/fault-kinds.ts'
import type { OperationPattern } from '../faults/operation.ts'
import type { Field, PicklistName } from '../schema/fields.ts'
import type { JsonObject } from '../schema/json.ts'
import type { ModuleName } from '../schema/module-names.ts'
import type { SaleModule } from '../schema/modules.ts'
import type { HouseField } from './house-fields.ts'
import type { RecordState } from './record-states.ts'

export type Latency =
  | { readonly type: 'fixed'; readonly ms: number }
  | { readonly type: 'uniform'; readonly minMs: number; readonly maxMs: number }
  /** `ms` for most calls, and `tailMs` for a share of them. */
  | {
      readonly type: 'tail'
      readonly ms: number
      readonly tailMs: number
      /** From 0 to 1. */
      readonly probability: number
    }

/** A fault for a share of the calls that no fault rule meets. */
export type ChanceFault = {
  readonly operation: OperationPattern
  readonly kind: FaultKind
  /** From 0 to 1. The probabilities of one operation add up. */
  readonly probability: number
}

/** A field of which the reads of this token show no value. */
export type HiddenField = {
  readonly module: ModuleName
  readonly field: string
  /** What a read has in its place. */
  readonly shows: 'null' | 'absent' | 'masked'
  /** Personal, and restricted for the API, as `settings/fields` shows; else a matter of rights. */
  readonly isRestricted?: boolean | undefined
}

/** A currency beside the one of the organisation. */
export type Currency = {
  /** ISO 4217: `USD`. */
  readonly isoCode: string
  /** Units of this currency for one of the organisation's. */
  readonly exchangeRate: number
  /** Digits after the decimal point. */
  readonly decimals: number
}

/** A layout may require fields that its module does not: a create has to name it for that. */
export type Layout = {
  readonly module: ModuleName
  readonly id: string
  readonly name: string
  /** API names of fields, over those that the module itself requires. */
  readonly required: readonly string[]
}

/** What may be changed while the fake runs. `null` means no limit. */
export type Settings = {
  /** How each module of a sale has the reference field. */
  readonly referenceFields: Readonly<Record<SaleModule, 'unique' | 'plain' | 'absent'>>
  /** The `unique` member of a unique field. Zoho's documents and its SDK do not agree on it. */
  readonly uniqueAnswer: JsonObject
  readonly picklists: Readonly<Record<PicklistName, readonly string[]>>
  readonly houseFields: readonly HouseField[]
  /** A module that none of them is of has one standard layout. */
  readonly layouts: readonly Layout[]
  /** ISO 4217 */
  readonly homeCurrency: string
  /** `null`: the organisation has its own currency only, and records have none. */
  readonly otherCurrencies: readonly Currency[] | null
  /** Scopes of the token. A call that needs another one is answered OAUTH_SCOPE_MISMATCH. */
  readonly scopes: readonly string[]
  /** What the user of the token may not do. */
  readonly denied: readonly `${'create' | 'read' | 'delete'}:${ModuleName}`[]
  /** The state in which a create leaves a record of these modules; `plain` for the others. */
  readonly newRecords: readonly { readonly module: SaleModule; readonly state: RecordState }[]
  readonly hiddenFields: readonly HiddenField[]
  /** Milliseconds from a change until a search finds it. */
  readonly searchLagMs: number
  /** Milliseconds from a change until a read by id, or a list, finds it. */
  readonly getLagMs: number
  /** Milliseconds from a change until a query finds it. */
  readonly coqlLagMs: number
  /** Milliseconds from a create until its unique value is checked: two at once may both pass. */
  readonly uniqueLagMs: number
  /** Whether a deleted record still blocks its unique value. */
  readonly isBinUnique: boolean
  /** How a quote inside a text of a query is written. Zoho's documents leave it open. */
  readonly coqlQuoting: 'both' | 'doubled' | 'backslash'
  /** What a read by an unknown id is answered: 204, 400 INVALID_DATA, or 404. */
  readonly unknownIdAnswer: 'noContent' | 'invalidId' | 'notFound'
  /** What a list or a query without a row is answered: 204, or 200 with no rows. */
  readonly emptyListAnswer: 'noContent' | 'emptyData'
  /** What the delete of a record is answered that is not there. */
  readonly goneDeleteAnswer: 'notDeleted' | 'invalidId' | 'noContent' | 'notFound'
  /** Whether a call is applied whose caller hung up while it was on its way. */
  readonly isAbandonedCallApplied: boolean
  /** What a failed composite call leaves; `unknown`: there is no such call. */
  readonly compositeCalls: 'rolledBack' | 'kept' | 'unknown'
  readonly tokenLifeSeconds: number
  /** Milliseconds for which a new token is refused; after that it is good. */
  readonly tokenLagMs: number
  /** Calls for which a new token is refused; after that it is good. */
  readonly tokenLagCalls: number
  /** The code with which a token that is not good is refused, under 401. */
  readonly deadTokenCode: string
  /** Names another data centre as `api_domain`; no token is good here then. */
  readonly otherDataCentre: string | null
  /** API calls that one token may make. */
  readonly tokenCallsMax: number | null
  /** Refreshes of one refresh token in ten minutes. Zoho's limit is 10. */
  readonly refreshesMax: number | null
  readonly isRefreshTokenRevoked: boolean
  /** The `error` with which each exchange of a grant code is refused. */
  readonly grantError: string | null
  /** API calls in flight at once; more are answered 429. */
  readonly concurrencyMax: number | null
  /** COQL calls in flight at once; more are answered 429. Zoho's limit is 10 in every edition. */
  readonly coqlConcurrencyMax: number | null
  /** API credits in 24 hours; calls beyond are answered 429. */
  readonly creditsMax: number | null
  readonly latency: Latency
  /** A 32-bit number. The same seed draws the same latencies and chance faults. */
  readonly seed: number
  readonly chanceFaults: readonly ChanceFault[]
}

/** The scopes of a token by default: all that the gateway and `zoho setup` need. */
const DEFAULT_SCOPES: readonly string[] = [
  'ZohoCRM.modules.contacts.READ',
  'ZohoCRM.modules.accounts.READ',
  'ZohoCRM.modules.products.READ',
  'ZohoCRM.modules.deals.ALL',
  'ZohoCRM.modules.quotes.ALL',
  'ZohoCRM.modules.salesorders.ALL',
  'ZohoCRM.coql.READ',
  'ZohoSearch.securesearch.READ',
  'ZohoCRM.settings.fields.ALL',
  'ZohoCRM.settings.modules.READ',
  'ZohoCRM.settings.layouts.READ',
  'ZohoCRM.settings.currencies.READ',
  'ZohoCRM.org.READ',
  'ZohoCRM.users.READ',
  'ZohoCRM.composite_requests.CUSTOM',
]

const TOKEN_LIFE_SECONDS = 3_600

export const DEFAULT_SETTINGS: Settings = {
  referenceFields: { Deals: 'unique', Quotes: 'unique', Sales_Orders: 'unique' },
  uniqueAnswer: { casesensitive: 'false' },
  picklists: {
    Stage: [
      'Qualification',
      'Needs Analysis',
      'Value Proposition',
      'Identify Decision Makers',
      'Proposal/Price Quote',
      'Negotiation/Review',
      'Closed Won',
      'Closed Lost',
    ],
    Pipeline: ['Standard (Standard)'],
    Quote_Stage: ['Draft', 'Negotiation', 'Delivered', 'On Hold', 'Confirmed', 'Closed Won'],
    Status: ['Created', 'Approved', 'Delivered', 'Cancelled'],
  },
  houseFields: [],
  layouts: [],
  homeCurrency: 'EUR',
  otherCurrencies: null,
  scopes: DEFAULT_SCOPES,
  denied: [],
  newRecords: [],
  hiddenFields: [],
  searchLagMs: 0,
  getLagMs: 0,
  coqlLagMs: 0,
  uniqueLagMs: 0,
  isBinUnique: false,
  coqlQuoting: 'both',
  unknownIdAnswer: 'noContent',
  emptyListAnswer: 'noContent',
  goneDeleteAnswer: 'notDeleted',
  isAbandonedCallApplied: true,
  compositeCalls: 'rolledBack',
  tokenLifeSeconds: TOKEN_LIFE_SECONDS,
  tokenLagMs: 0,
  tokenLagCalls: 0,
  deadTokenCode: 'INVALID_TOKEN',
  otherDataCentre: null,
  tokenCallsMax: null,
  refreshesMax: null,
  isRefreshTokenRevoked: false,
  grantError: null,
  concurrencyMax: null,
  coqlConcurrencyMax: null,
  creditsMax: null,
  latency: { type: 'fixed', ms: 0 },
  seed: 1,
  chanceFaults: [],
}

/** The values of a pick list; none for a field of another type. */
export function valuesOf(field: Field, { picklists }: Settings): readonly string[] {
  if (field.type !== 'picklist') return []
  return 'values' in field ? field.values : picklists[field.name]
}

/** New values of some settings. `referenceFields` and `picklists` may be given in part, too. */
export type SettingsPatch = Partial<Omit<Settings, 'referenceFields' | 'picklists'>> & {
  readonly referenceFields?: Partial<Settings['referenceFields']>
  readonly picklists?: Partial<Settings['picklists']>
}

export interface SettingsStore {
  readonly current: Settings
  change(patch: SettingsPatch): void
  /** Returns to the settings with which the fake was made. */
  reset(): void
}

export function makeSettings(given: SettingsPatch): SettingsStore {
  const initial = patched(DEFAULT_SETTINGS, given)
  let current = initial
  return {
    get current() {
      return current
    },
    change(patch) {
      current = patched(current, patch)
    },
    reset() {
      current = initial
    },
  }
}

function patched(settings: Settings, patch: SettingsPatch): Settings {
  return {
    ...settings,
    ...patch,
    referenceFields: { ...settings.referenceFields, ...patch.referenceFields },
    picklists: { ...settings.picklists, ...patch.picklists },
  }
}

// The settings of the fake, and their defaults.
import type { FaultKind } from '../faults/fault-kinds.ts'
import type { OperationPattern } from '../faults/operation.ts'
import type { PicklistName } from '../schema/fields.ts'
import type { JsonObject } from '../schema/json.ts'
import type { ModuleName } from '../schema/module-names.ts'
import type { SaleModule } from '../schema/modules.ts'

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

/** What may be changed while the fake runs. `null` means no limit. */
export type Settings = {
  /** How each module of a sale has the reference field. */
  readonly referenceFields: Readonly<Record<SaleModule, 'unique' | 'plain' | 'absent'>>
  /** The `unique` member of a unique field. Zoho's documents and its SDK do not agree on it. */
  readonly uniqueAnswer: JsonObject
  readonly picklists: Readonly<Record<PicklistName, readonly string[]>>
  /** Scopes of the token. A call that needs another one is answered OAUTH_SCOPE_MISMATCH. */
  readonly scopes: readonly string[]
  /** What the user of the token may not do. */
  readonly denied: readonly `${'create' | 'read' | 'delete'}:${ModuleName}`[]
  /** Milliseconds from a change until a search finds it. */
  readonly searchLagMs: number
  readonly tokenLifeSeconds: number
  /** API calls that one token may make. */
  readonly tokenCallsMax: number | null
  /** Refreshes of one refresh token in ten minutes. Zoho's limit is 10. */
  readonly refreshesMax: number | null
  readonly isRefreshTokenRevoked: boolean
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
  'ZohoCRM.org.READ',
  'ZohoCRM.users.READ',
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
  scopes: DEFAULT_SCOPES,
  denied: [],
  searchLagMs: 0,
  tokenLifeSeconds: TOKEN_LIFE_SECONDS,
  tokenCallsMax: null,
  refreshesMax: null,
  isRefreshTokenRevoked: false,
  concurrencyMax: null,
  coqlConcurrencyMax: null,
  creditsMax: null,
  latency: { type: 'fixed', ms: 0 },
  seed: 1,
  chanceFaults: [],
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

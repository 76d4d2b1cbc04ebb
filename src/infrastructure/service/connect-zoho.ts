import { randomUUID } from 'node:crypto'
import type { ZohoFetch } from '../../adapters/zoho/exchange/zoho-config.ts'
import { longestCallMs, makeZoho, type Zoho } from '../../adapters/zoho/zoho.ts'
import type { Clock } from '../../application/base/clock.port.ts'
import type { Logger } from '../../application/base/logger.port.ts'
import type { Random } from '../../application/base/random.port.ts'
import type { CallPlaces } from '../../application/crm/places/call-places.port.ts'
import type { PlaceDesk } from '../../application/crm/places/place-desk.port.ts'
import { makeSharedPlaces, type SharedPlaces } from '../../application/crm/places/shared-places.ts'
import type { TokenStore } from '../../application/crm/token-store.port.ts'
import type { Config } from '../config/config.ts'

/**
 * Records of each module that the fake keeps. Nobody reads those of sales that are over; ten times
 * the callers that wait at once (256) is more than those of sales that run.
 */
const FAKE_RECORDS_KEPT_MAX = 2_560

/** The production client, over the network or over the fake as a function. */
export function connectZoho(deps: {
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly tokenStore: TokenStore
  /** What `transportOf` makes, or what a test has in its place. */
  readonly fetch: ZohoFetch
  /** The calls in flight that this process may have; all, where it serves its database alone. */
  readonly places?: CallPlaces | undefined
  /** Whether what changes records may still be sent; always, where it is left out. */
  readonly mayWrite?: (() => boolean) | undefined
}): Zoho {
  const { config, clock, random, tokenStore, fetch, places } = deps
  const { deadlineMs } = config.policy
  const { requestTimeoutMs } = config
  return makeZoho({
    config: config.zoho,
    fetch,
    clock,
    random,
    tokenStore: config.crm === 'zoho' ? tokenStore : NO_TOKEN_STORE,
    deadlineMs,
    requestTimeoutMs,
    places,
    mayWrite: deps.mayWrite ?? (() => true),
  })
}

/** The places of the calls in flight, where other instances serve the same database. */
export function placesAmong(deps: {
  readonly config: Config
  readonly desk: PlaceDesk
  /** Milliseconds for which places are held after a question. */
  readonly leaseMs: number
  readonly clock: Clock
  readonly logger: Logger
}): SharedPlaces {
  const { zoho, requestTimeoutMs } = deps.config
  const callMs = longestCallMs(requestTimeoutMs)
  return makeSharedPlaces({ ...deps, max: zoho.maxConcurrency, callMs, holder: randomUUID() })
}

/** The network, or a new fake as a function. Production never loads the fake. */
export async function transportOf(config: Config, clock: Clock): Promise<ZohoFetch> {
  if (config.crm === 'zoho') return fetch
  const { fetchOf, makeFakeZoho } = await import('../../adapters/fake-zoho/fake-zoho.ts')
  const { referenceField } = config.zoho
  const recordsKeptMax = FAKE_RECORDS_KEPT_MAX
  return fetchOf(makeFakeZoho({ ...clock, referenceField, latencyMs: 0, recordsKeptMax }))
}

/** Keeps no token: it is forgotten with the process, as the fake in memory forgets its own. */
export const NO_TOKEN_STORE: TokenStore = {
  read: async (at) => ({ sealed: undefined, at }),
  write: async () => undefined,
  claim: async () => true,
  release: async () => undefined,
}

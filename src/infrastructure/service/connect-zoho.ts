import { fetchOf, makeFakeZoho } from '../../adapters/fake-zoho/fake-zoho.ts'
import type { ZohoFetch } from '../../adapters/zoho/exchange/zoho-config.ts'
import { makeZoho, type Zoho } from '../../adapters/zoho/zoho.ts'
import type { Clock } from '../../application/base/clock.port.ts'
import type { Random } from '../../application/base/random.port.ts'
import type { TokenStore } from '../../application/crm/token-store.port.ts'
import type { Config } from '../config/config.ts'

/** The production client, over the network or over the fake as a function. */
export function connectZoho(deps: {
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly tokenStore: TokenStore
  /** Replaces the network, or the fake that the settings ask for. */
  readonly fetch?: ZohoFetch
}): Zoho {
  const { config, clock, random, tokenStore } = deps
  const { deadlineMs } = config.policy
  const { requestTimeoutMs } = config
  return makeZoho({
    config: config.zoho,
    fetch: deps.fetch ?? transportOf(config, clock),
    clock,
    random,
    tokenStore: config.crm === 'zoho' ? tokenStore : NO_TOKEN_STORE,
    deadlineMs,
    requestTimeoutMs,
  })
}

/** The network, or a new fake as a function. */
export function transportOf(config: Config, clock: Clock): ZohoFetch {
  if (config.crm === 'zoho') return fetch
  const { referenceField } = config.zoho
  return fetchOf(makeFakeZoho({ ...clock, referenceField, latencyMs: 0 }))
}

/** Keeps no token: it is forgotten with the process, as the fake in memory forgets its own. */
export const NO_TOKEN_STORE: TokenStore = {
  read: async () => undefined,
  write: async () => undefined,
  claim: async () => true,
  release: async () => undefined,
}

// The one access token of the whole service: gives it out, and lets one renewal serve all who wait.

import type { Clock } from '../../../application/base/clock.port.ts'
import type { Priority } from '../../../application/crm/crm.port.ts'
import type { TokenStore } from '../../../application/crm/token-store.port.ts'
import type { CallResult } from '../../../domain/sale/outcome.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import { makeTokenRenewal } from './renew-token.ts'
import { makeSharedToken } from './shared-token.ts'
import { makeTokenTrust } from './token-trust.ts'

export interface AccessToken {
  /** Returns a token that is good for a while. However many ask, one refresh is made for all. */
  get(priority: Priority, signal: AbortSignal): Promise<CallResult<string>>

  /** Records that Zoho refused this token, so that the next `get` does not give it out again. */
  refuse(token: string): void

  /** Records that Zoho answered a call with this token. */
  accept(token: string): void

  /** The scopes of the present token; `null` without one, or where Zoho did not list them. */
  scopes(): readonly string[] | null

  /** Why Zoho renews no token any more; `undefined` as far as it does. */
  shut(): string | undefined
}

type Renewing = Promise<CallResult<string>>

export function makeAccessToken(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Clock
  readonly tokenStore: TokenStore
}): AccessToken {
  const shared = makeSharedToken(deps)
  const trust = makeTokenTrust(deps.clock)
  const { renew, shut } = makeTokenRenewal({ ...deps, shared, trust })
  let renewing: Renewing | undefined
  let renewingForRollback: Renewing | undefined

  return {
    shut,
    accept: trust.accept,
    scopes: () => shared.state().token?.scopes ?? null,

    async get(priority, signal) {
      const { token } = shared.state()
      if (trust.isGood(token)) return { type: 'done', value: token.value }
      const forRollback = priority === 'rollback' || priority === 'retry'
      return withinSignal(forRollback ? renewForRollback() : renewForOthers(), signal)
    },

    refuse(token) {
      // An older token may be refused late, by a call that was long under way.
      if (token === shared.state().token?.value) trust.refuse(token)
    },
  }

  function renewForOthers(): Renewing {
    renewing ??= (renewingForRollback ?? renew(false)).finally(() => {
      renewing = undefined
    })
    return renewing
  }

  /**
   * Waits for the renewal of the others, and tries again: it may use refreshes that they may not.
   */
  function renewForRollback(): Renewing {
    const others = renewing ?? Promise.resolve()
    renewingForRollback ??= others
      .then(() => renew(true))
      .finally(() => {
        renewingForRollback = undefined
      })
    return renewingForRollback
  }
}

/** A caller whose time is over does not wait for the renewal; it goes on for the others. */
async function withinSignal(renewing: Renewing, signal: AbortSignal): Promise<CallResult<string>> {
  const over = Promise.withResolvers<CallResult<string>>()
  const reason = 'no time left to wait for a token'
  const end = () => over.resolve({ type: 'notSent', reason, fault: 'timeout' })
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([renewing, over.promise])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

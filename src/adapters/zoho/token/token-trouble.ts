// Why there is no access token that Zoho lets in, and when that may be over. Makes no call.

import type { CrmLockOut } from '../../../application/crm/crm-account.port.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import { dataCentreOf } from './data-centre.ts'
import type { SharedToken } from './shared-token.ts'
import { REFUSED_KEPT_MS, refreshWaitMs } from './token-state.ts'
import type { TokenTrust } from './token-trust.ts'
import { failureWords, refusalWords, SPENT_WORDS } from './token-words.ts'

/**
 * Milliseconds of trouble with the token after which nobody knows how long it will last. Before
 * that, the next try is taken to end it.
 */
const SHORT_TROUBLE_MS = 5_000

export interface TokenTrouble {
  /** Why Zoho refuses the token that it has just given; `undefined` as far as it does not. */
  refusal(): string | undefined

  /** Why only a person can bring a token that Zoho lets in; `undefined` as far as it may come. */
  shut(): string | undefined

  /** Why no call can be made now, and when that may be over; `undefined` while nothing is wrong. */
  lockOut(): CrmLockOut | undefined
}

export function makeTokenTrouble(deps: {
  readonly config: Pick<ZohoConfig, 'apiUrl'>
  readonly shared: SharedToken
  readonly trust: TokenTrust
}): TokenTrouble {
  const { config, shared, trust } = deps
  const ownDataCentre = dataCentreOf(config.apiUrl)

  return {
    refusal,
    lockOut,

    shut() {
      const { failure, refusal: refused } = shared.state()
      // While the old token lets calls in, nothing is shut: or each probe would open what the next
      // look shuts again, with two events and two mails a second.
      if (failure?.isFinal && !(isOfUse() && refused === null)) return failureWords(failure)
      const isLong = refused !== null && shared.now() >= refused.since + REFUSED_KEPT_MS
      return isLong ? refusal() : undefined
    },
  }

  function refusal(): string | undefined {
    const { token, refusal: refused } = shared.state()
    const isSeenHere = token !== null && trust.tryInMs(token.value) !== undefined
    return refused !== null && isSeenHere ? refusalWords(refused, token, ownDataCentre) : undefined
  }

  /** Whether the present token has not come to its end, nor been refused after it was let in. */
  function isOfUse(): boolean {
    const { token } = shared.state()
    return token !== null && shared.now() < token.expiresAt && !trust.hasEnded(token.value)
  }

  function lockOut(): CrmLockOut | undefined {
    const state = shared.state()
    const { token, failure, refusal: refused } = state
    const now = shared.now()
    if (isOfUse() && refused === null) return undefined
    if (token !== null && isOfUse() && refused !== null) {
      const tryInMs = trust.tryInMs(token.value) ?? 0
      return trouble(refusalWords(refused, token, ownDataCentre), refused.since, tryInMs)
    }
    const tryInMs = refreshWaitMs(state, false, now)
    if (failure !== null) return trouble(failureWords(failure), failure.since, tryInMs)
    if (tryInMs === 0) return undefined
    return { reason: SPENT_WORDS, tryInMs, overInMs: tryInMs }
  }

  function trouble(reason: string, since: number, tryInMs: number): CrmLockOut {
    const isShort = shared.now() <= since + SHORT_TROUBLE_MS
    return { reason, tryInMs, overInMs: isShort ? tryInMs : Number.POSITIVE_INFINITY }
  }
}

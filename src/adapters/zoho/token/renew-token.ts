// Renews the access token as rarely as can be: of all processes only one does it at a time, and
// none does it while Zoho would refuse.

import type { Clock } from '../../../application/base/clock.port.ts'
import type { RefreshOutcome } from '../../../application/crm/crm-traffic.port.ts'
import type { CallResult } from '../../../domain/sale/outcome.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import { requestToken } from './request-token.ts'
import type { SharedToken } from './shared-token.ts'
import {
  isLasting,
  isRefusedForLong,
  type NoToken,
  refreshWaitMs,
  type Token,
  type TokenState,
  withFailure,
  withToken,
  withTry,
} from './token-state.ts'
import type { TokenTrust } from './token-trust.ts'
import { failureWords, SPENT_WORDS } from './token-words.ts'

/**
 * How long to wait for another process that renews the token: so many times so many milliseconds.
 */
const OTHER_POLL_MS = 250
const OTHER_POLLS_MAX = 60

export interface TokenRenewal {
  /** The present token, if calls can be made with it for a while; else it is to be renewed. */
  good(): Token | undefined

  /**
   * Returns a token that is good for a while; it may be one that another process has renewed.
   *
   * @param forRollback whether the refreshes that are kept for rollbacks may be used
   */
  renew(forRollback: boolean): Promise<CallResult<Token>>

  /** Requests for a token since the start of the process. */
  refreshes(): Readonly<Record<RefreshOutcome, number>>
}

/** What came of a request, for whoever watches. */
const OUTCOMES: Readonly<Record<NoToken['meaning'], RefreshOutcome>> = {
  nothing: 'failed',
  perhapsGranted: 'failed',
  denied: 'throttled',
  final: 'refused',
}

export function makeTokenRenewal(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Clock
  readonly shared: SharedToken
  readonly trust: TokenTrust
}): TokenRenewal {
  const { clock, shared, trust } = deps
  const refreshes = { renewed: 0, throttled: 0, refused: 0, failed: 0 }

  return {
    good,
    refreshes: () => refreshes,

    async renew(forRollback) {
      for (let polls = 0; polls < OTHER_POLLS_MAX; polls += 1) {
        await shared.takeOver()
        const token = good()
        if (token !== undefined) return { type: 'done', value: token }
        if (refreshWaitMs(shared.state(), forRollback, shared.now()) > 0) return notYet(forRollback)
        if (await shared.claim()) return refreshAsOne(forRollback).finally(shared.release)
        await clock.sleep(OTHER_POLL_MS)
      }
      return { type: 'notSent', reason: 'no token: another process renews it', fault: 'timeout' }
    },
  }

  function good(): Token | undefined {
    const state = shared.state()
    const { token } = state
    if (token === null || trust.hasEnded(token.value)) return undefined
    const now = shared.now()
    return isLasting(token, now) && !isRefusedForLong(state, now) ? token : undefined
  }

  /** Another process may have renewed it between this one's last look and its claim. */
  async function refreshAsOne(forRollback: boolean): Promise<CallResult<Token>> {
    await shared.takeOver()
    const token = good()
    return token === undefined ? refresh(forRollback) : { type: 'done', value: token }
  }

  async function refresh(forRollback: boolean): Promise<CallResult<Token>> {
    const startedAt = shared.now()
    // The try is recorded first. A process that dies in it would otherwise forget it, and ask for
    // one token more than Zoho allows.
    await shared.keep(withTry(shared.state(), startedAt))
    const answer = await requestToken({ ...deps, now: shared.now })
    refreshes[answer.type === 'renewed' ? 'renewed' : OUTCOMES[answer.meaning]] += 1
    if (answer.type === 'renewed') {
      trust.forget()
      await shared.keep(withToken(shared.state(), answer.token))
      return { type: 'done', value: answer.token }
    }
    await shared.keep(withFailure(shared.state(), answer, startedAt, shared.now()))
    return notYet(forRollback)
  }

  function notYet(forRollback: boolean): CallResult<Token> {
    const state = shared.state()
    const retryAfterMs = refreshWaitMs(state, forRollback, shared.now())
    return { type: 'notSent', ...whyNot(state), retryAfterMs }
  }
}

function whyNot({ failure }: TokenState) {
  if (failure === null) return { reason: `no token: ${SPENT_WORDS}`, fault: 'throttled' } as const
  const words = failureWords(failure)
  return { reason: failure.isFinal ? words : `no token: ${words}`, fault: failure.fault }
}

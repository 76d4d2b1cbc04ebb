// Renews the access token as rarely as can be: of all processes only one does it at a time, and
// none does it while Zoho would refuse.

import { type Backoff, backoffMs } from '../../../application/base/backoff.ts'
import type { Clock } from '../../../application/base/clock.port.ts'
import type { CallFault, CallResult } from '../../../domain/sale/outcome.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import { REFRESH_TIMEOUT_MS, requestToken } from './request-token.ts'
import type { SharedToken } from './shared-token.ts'
import { REFUSED_PAUSE_MAX_MS, refreshWaitMs, withAttempt } from './token-state.ts'
import type { TokenTrust } from './token-trust.ts'

/**
 * The pause after each refusal to renew. Zoho lengthens its own pause when it is asked too soon.
 */
const REFUSED_BACKOFF: Backoff = { firstMs: 60_000, maxMs: REFUSED_PAUSE_MAX_MS }

/**
 * How long to wait for another process that renews the token: so many times so many milliseconds.
 */
const OTHER_POLL_MS = 250
const OTHER_POLLS_MAX = 60

export interface TokenRenewal {
  /**
   * Returns a token that is good for a while; it may be one that another process has renewed.
   *
   * @param forRollback whether the refreshes that are kept for rollbacks may be used
   */
  renew(forRollback: boolean): Promise<CallResult<string>>

  /** Why Zoho renews no token any more; `undefined` as far as it does. */
  shut(): string | undefined
}

export function makeTokenRenewal(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Clock
  readonly shared: SharedToken
  readonly trust: TokenTrust
}): TokenRenewal {
  const { clock, shared, trust } = deps
  let shutReason: string | undefined

  return {
    shut: () => shutReason,

    async renew(forRollback) {
      for (let polls = 0; polls < OTHER_POLLS_MAX; polls += 1) {
        await shared.takeOver()
        const state = shared.state()
        if (trust.isGood(state.token)) return { type: 'done', value: state.token.value }
        const pauseMs = trust.pauseMs(state.token)
        const waitMs = Math.max(pauseMs, refreshWaitMs(state, forRollback, clock.now()))
        if (waitMs > 0) return notYet(waitMs, pauseMs > 0 ? 'wrongAnswer' : 'throttled')
        const until = (clock.now() + REFRESH_TIMEOUT_MS) as EpochMs
        if (await shared.claim(until)) return refresh().finally(shared.release)
        await clock.sleep(OTHER_POLL_MS)
      }
      return { type: 'notSent', reason: 'no token: another process renews it', fault: 'timeout' }
    },
  }

  async function refresh(): Promise<CallResult<string>> {
    // The attempt is recorded first. A process that dies in it would otherwise forget it, and make
    // one refresh more than Zoho allows.
    await shared.keep(withAttempt(shared.state(), clock.now()))
    const answer = await requestToken(deps)
    switch (answer.type) {
      case 'renewed':
        shutReason = undefined
        await shared.keep({ ...shared.state(), token: answer.token, pausedUntil: 0, refusals: 0 })
        return { type: 'done', value: answer.token.value }
      case 'shut':
        shutReason = answer.reason
        return notYet(await pause(), 'wrongAnswer')
      case 'denied':
        return notYet(await pause(), 'throttled')
      case 'failed':
        return { type: 'notSent', reason: `no token: ${answer.reason}`, fault: answer.fault }
    }
  }

  async function pause(): Promise<number> {
    const state = shared.state()
    const refusals = state.refusals + 1
    const ms = backoffMs(REFUSED_BACKOFF, refusals)
    await shared.keep({ ...state, pausedUntil: clock.now() + ms, refusals })
    return ms
  }

  function notYet(retryAfterMs: number, fault: CallFault): CallResult<string> {
    if (shutReason !== undefined) {
      return { type: 'notSent', reason: shutReason, fault: 'wrongAnswer', retryAfterMs }
    }
    const reason = 'no token: it is not to be renewed yet'
    return { type: 'notSent', reason, fault, retryAfterMs }
  }
}

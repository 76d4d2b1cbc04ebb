// The one access token of the whole service: gives it out, and lets one renewal serve all who wait.

import type { Clock } from '../../../application/base/clock.port.ts'
import type { Priority } from '../../../application/crm/crm.port.ts'
import type { RefreshOutcome } from '../../../application/crm/crm-traffic.port.ts'
import type { TokenStore } from '../../../application/crm/token-store.port.ts'
import type { CallResult } from '../../../domain/sale/outcome.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import { makeTokenRenewal } from './renew-token.ts'
import { makeSharedRenewal, withinSignal } from './shared-renewal.ts'
import { makeSharedToken, type SharedToken } from './shared-token.ts'
import { type Token, withTokenLetIn, withTokenRefused } from './token-state.ts'
import { makeTokenTrouble, type TokenTrouble } from './token-trouble.ts'
import { makeTokenTrust } from './token-trust.ts'

/** A token as it was given to one call. */
export type GivenToken = {
  readonly value: string
  /**
   * What was known of it then: Zoho had let no call in with it yet, or had let one in, or refuses
   * it and there is no other.
   */
  readonly standing: 'new' | 'letIn' | 'refused'
}

export interface AccessToken extends TokenTrouble {
  /**
   * Returns a token to try a call with. However many ask, one refresh is made for all. A token that
   * cannot be renewed now is given out until its end.
   *
   * @param refused the token that this call was refused with: it waits for another one, or for its
   *   turn to try the same once more
   */
  get(
    priority: Priority,
    signal: AbortSignal,
    refused?: GivenToken,
  ): Promise<CallResult<GivenToken>>

  /**
   * Records that Zoho refused a call with this token. One that it had let in before is renewed at
   * once; one that is new is tried again for a minute first.
   *
   * @param words the words of the refusal
   */
  refuse(given: GivenToken, words: string): Promise<void>

  /** Records that Zoho answered a call with this token. */
  accept(given: GivenToken): Promise<void>

  /** The scopes of the present token; `null` without one, or where Zoho did not list them. */
  scopes(): readonly string[] | null

  /** Requests for a token since the start of the process. */
  refreshes(): Readonly<Record<RefreshOutcome, number>>

  /** Milliseconds since the present token was given; `undefined` without one. */
  ageMs(): number | undefined
}

export function makeAccessToken(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Clock
  readonly tokenStore: TokenStore
}): AccessToken {
  const { clock } = deps
  const shared = makeSharedToken(deps)
  const trust = makeTokenTrust(clock)
  const { good, renew, refreshes } = makeTokenRenewal({ ...deps, shared, trust })
  const renewForAll = makeSharedRenewal(renew)
  const trouble = makeTokenTrouble({ ...deps, shared, trust })

  return {
    ...trouble,
    refreshes,
    scopes: () => shared.state().token?.scopes ?? null,
    ageMs: () => ageMs(shared),

    async get(priority, signal, refused) {
      const token = await tokenAfter(refused, signal)
      if (token !== undefined) return done(token)
      if (signal.aborted) return noTimeLeft()
      const forRollback = priority === 'rollback' || priority === 'retry'
      const renewed = await withinSignal(renewForAll(forRollback), signal, noTimeLeft)
      if (renewed.type === 'done') return done(renewed.value)
      // The old token may still be good, even where it cannot be renewed now.
      const old = shared.state().token
      const isOfUse = old !== null && shared.now() < old.expiresAt && old.value !== refused?.value
      return isOfUse ? done(old) : renewed
    },

    async refuse({ value, standing }, words) {
      const { token, refusal: before } = shared.state()
      // An older token may be refused late, by a call that was long under way.
      if (token?.value !== value) return
      if (standing === 'letIn') return trust.end(value)
      // A call that was sent with it when it was new may be refused after another was let in.
      if (standing === 'refused' || token.isLetIn) return
      trust.refuse(value)
      if (before?.words === words) return
      await shared.mark(value, (state) => withTokenRefused(state, words, shared.now()))
    },

    async accept({ value, standing }) {
      const { token, refusal: before } = shared.state()
      if (token?.value !== value) return
      if (standing === 'refused') trust.revive()
      if (token.isLetIn && before === null) return
      await shared.mark(value, withTokenLetIn)
      trust.forget()
    },
  }

  /** The present token, when it is this call's turn to try it; `undefined` for a renewal. */
  async function tokenAfter(
    refused: GivenToken | undefined,
    signal: AbortSignal,
  ): Promise<Token | undefined> {
    const token = good()
    if (token === undefined || token.value !== refused?.value || token.isLetIn) return token
    await trust.turn(token.value, signal)
    return signal.aborted ? undefined : good()
  }

  function done(token: Token): CallResult<GivenToken> {
    const { value, isLetIn } = token
    const standing = trust.hasEnded(value) ? 'refused' : isLetIn ? 'letIn' : 'new'
    return { type: 'done', value: { value, standing } }
  }

  /** A call whose time is over reports what it waited for. */
  function noTimeLeft(): CallResult<never> {
    const refusal = trouble.refusal()
    if (refusal !== undefined) return { type: 'notSent', reason: refusal, fault: 'wrongAnswer' }
    const cause = trouble.lockOut()?.reason
    const reason = 'no time left to wait for a token'
    return {
      type: 'notSent',
      reason: cause === undefined ? reason : `${reason}: ${cause}`,
      fault: 'timeout',
    }
  }
}

function ageMs({ state, now }: SharedToken): number | undefined {
  const { token } = state()
  return token === null ? undefined : now() - token.refreshedAt
}

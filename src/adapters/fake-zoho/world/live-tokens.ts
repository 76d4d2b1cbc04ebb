// The access tokens that were issued: which are good now, and for what.
import { type Answer, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import { newSecret } from './grant-codes.ts'
import type { SettingsStore } from './settings.ts'

export interface LiveTokens {
  /** @param scopes `undefined` for those of the settings */
  issue(scopes: readonly string[] | undefined): string

  /**
   * The refusal of a call without a valid token. `undefined` when the token is valid; the call then
   * counts as one of its calls.
   */
  refusalOf(call: Call): Answer | undefined

  /** The scopes of the token of a call. */
  scopesOf(call: Call): readonly string[]

  /** Makes every token issued so far invalid. */
  expireAll(): void
}

// Access tokens of one refresh token that are valid at once. One more ends the oldest, as at Zoho.
const LIVE_TOKENS_MAX = 15

const SCHEME = 'Zoho-oauthtoken '

type LiveToken = {
  readonly scopes: readonly string[] | undefined
  readonly goodFromMs: number
  readonly expiresAtMs: number
  refusalsLeft: number
  callsLeft: number
}

export function makeLiveTokens(now: () => number, settings: SettingsStore): LiveTokens {
  const live = new Map<string, LiveToken>()

  /** Counts the refusals of a token that is not good yet. */
  function isAccepted(token: LiveToken): boolean {
    if (settings.current.otherDataCentre !== null) return false
    if (token.expiresAtMs <= now() || token.callsLeft <= 0 || now() < token.goodFromMs) return false
    token.refusalsLeft -= 1
    return token.refusalsLeft < 0
  }

  return {
    issue(scopes) {
      const { tokenLifeSeconds, tokenCallsMax, tokenLagMs, tokenLagCalls } = settings.current
      const token = newSecret()
      live.set(token, {
        scopes,
        goodFromMs: now() + tokenLagMs,
        expiresAtMs: now() + tokenLifeSeconds * 1_000,
        refusalsLeft: tokenLagCalls,
        callsLeft: tokenCallsMax ?? Number.POSITIVE_INFINITY,
      })
      const [oldest] = live.keys()
      if (live.size > LIVE_TOKENS_MAX && oldest !== undefined) live.delete(oldest)
      return token
    },
    refusalOf({ authorization }) {
      if (authorization === null || !authorization.startsWith(SCHEME)) {
        return refuse(401, 'AUTHENTICATION_FAILURE', 'Authentication failed')
      }
      const token = live.get(authorization.slice(SCHEME.length))
      if (token === undefined || !isAccepted(token)) {
        return refuse(401, settings.current.deadTokenCode, 'invalid oauth token')
      }
      token.callsLeft -= 1
      return undefined
    },
    scopesOf({ authorization }) {
      const token = live.get(authorization?.slice(SCHEME.length) ?? '')
      return token?.scopes ?? settings.current.scopes
    },
    expireAll: () => live.clear(),
  }
}

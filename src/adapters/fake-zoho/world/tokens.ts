// Access tokens: issued, used up, expired.
import { randomUUID } from 'node:crypto'
import { type Answer, json, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import { makeRefreshes } from './refreshes.ts'
import type { SettingsStore } from './settings.ts'

/** For a value that is left out, any text but an empty one is accepted. */
export type Credentials = {
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  readonly refreshToken?: string | undefined
}

export type TokenOptions = {
  readonly now: () => number
  readonly credentials?: Credentials | undefined
  readonly apiDomain?: string | undefined
}

export interface Tokens {
  /** Answers a call to the token endpoint. */
  issue(call: Call): Answer

  /**
   * The refusal of a call without a valid token. `undefined` when the token is valid; the call then
   * counts as one of its calls.
   */
  refusalOf(call: Call): Answer | undefined

  /** Makes every token issued so far invalid. */
  expireAll(): void

  /** Forgets all tokens and all refreshes. */
  reset(): void
}

// Access tokens of one refresh token that are valid at once. One more ends the oldest, as at Zoho.
const LIVE_TOKENS_MAX = 15

const SCHEME = 'Zoho-oauthtoken '

type LiveToken = {
  readonly goodFromMs: number
  readonly expiresAtMs: number
  refusalsLeft: number
  callsLeft: number
}

export function makeTokens(
  { now, credentials, apiDomain }: TokenOptions,
  settings: SettingsStore,
): Tokens {
  const live = new Map<string, LiveToken>()
  const refreshes = makeRefreshes(now)

  function newLife(): LiveToken {
    const { tokenLifeSeconds, tokenCallsMax, tokenLagMs, tokenLagCalls } = settings.current
    return {
      goodFromMs: now() + tokenLagMs,
      expiresAtMs: now() + tokenLifeSeconds * 1_000,
      refusalsLeft: tokenLagCalls,
      callsLeft: tokenCallsMax ?? Number.POSITIVE_INFINITY,
    }
  }

  /** Counts the refusals of a token that is not good yet. */
  function isGood(token: LiveToken): boolean {
    if (settings.current.otherDataCentre !== null) return false
    if (token.expiresAtMs <= now() || token.callsLeft <= 0 || now() < token.goodFromMs) return false
    token.refusalsLeft -= 1
    return token.refusalsLeft < 0
  }

  return {
    issue({ parameters, url }) {
      const { scopes, tokenLifeSeconds, refreshesMax, isRefreshTokenRevoked, otherDataCentre } =
        settings.current
      const error = refusedGrant(parameters, credentials)
      // Zoho refuses with a 200: only an answer with a token is a success.
      if (error !== undefined) return json(200, { error })
      const refreshToken = parameters.get('refresh_token') ?? ''
      if (refreshesMax !== null && !refreshes.take(refreshToken, refreshesMax))
        return accessDenied()
      if (isRefreshTokenRevoked) return json(200, { error: 'invalid_code' })
      const token = newToken()
      live.set(token, newLife())
      const [oldest] = live.keys()
      if (live.size > LIVE_TOKENS_MAX && oldest !== undefined) live.delete(oldest)
      return json(200, {
        access_token: token,
        scope: scopes.join(' '),
        api_domain: otherDataCentre ?? apiDomain ?? url.origin,
        token_type: 'Bearer',
        expires_in: tokenLifeSeconds,
      })
    },
    refusalOf({ authorization }) {
      if (authorization === null || !authorization.startsWith(SCHEME)) {
        return refuse(401, 'AUTHENTICATION_FAILURE', 'Authentication failed')
      }
      const token = live.get(authorization.slice(SCHEME.length))
      if (token === undefined || !isGood(token)) {
        return refuse(401, settings.current.deadTokenCode, 'invalid oauth token')
      }
      token.callsLeft -= 1
      return undefined
    },
    expireAll: () => live.clear(),
    reset() {
      live.clear()
      refreshes.clear()
    },
  }
}

function accessDenied(): Answer {
  return json(400, {
    error_description:
      'You have made too many requests continuously. Please try again after some time.',
    error: 'Access Denied',
    status: 'failure',
  })
}

function refusedGrant(
  parameters: URLSearchParams,
  credentials: Credentials | undefined,
): string | undefined {
  if (parameters.get('grant_type') !== 'refresh_token') return 'unsupported_grant_type'
  const isGood = (name: string, wanted: string | undefined) => {
    const given = parameters.get(name) ?? ''
    return wanted === undefined ? given !== '' : given === wanted
  }
  const isClient =
    isGood('client_id', credentials?.clientId) && isGood('client_secret', credentials?.clientSecret)
  if (!isClient) return 'invalid_client'
  return isGood('refresh_token', credentials?.refreshToken) ? undefined : 'invalid_code'
}

/** A token in Zoho's form. It is random, so that no other process can guess it. */
function newToken(): string {
  const hex = () => randomUUID().replaceAll('-', '')
  return `1000.${hex()}.${hex()}`
}

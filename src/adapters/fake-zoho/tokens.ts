import { randomUUID } from 'node:crypto'
import { type Answer, json, refuse } from './answers.ts'
import type { Call } from './call.ts'

export type Credentials = {
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
}

export type TokenOptions = {
  readonly now: () => number
  readonly credentials?: Credentials | undefined
  readonly apiDomain?: string | undefined
}

export interface Tokens {
  /** Answers a call to the token endpoint. */
  issue(call: Call): Answer

  /** The refusal of a call that brings no good token; `undefined` when its token is good. */
  refusalOf(call: Call): Answer | undefined

  /** Every token issued so far is no longer good. */
  expireAll(): void
}

const TOKEN_LIFE_SECONDS = 3_600

// Zoho keeps so many tokens per refresh token; one more ends the oldest.
const LIVE_TOKENS_MAX = 15

const SCHEME = 'Zoho-oauthtoken '

const SCOPE = [
  'ZohoCRM.modules.contacts.READ',
  'ZohoCRM.modules.accounts.READ',
  'ZohoCRM.modules.products.READ',
  'ZohoCRM.modules.deals.ALL',
  'ZohoCRM.modules.quotes.ALL',
  'ZohoCRM.modules.salesorders.ALL',
  'ZohoCRM.coql.READ',
].join(' ')

export function makeTokens({ now, credentials, apiDomain }: TokenOptions): Tokens {
  const expiresAtMs = new Map<string, number>()

  return {
    issue({ parameters, url }) {
      const error = refusedGrant(parameters, credentials)
      // Zoho says no with a 200, so success shows only in the presence of a token.
      if (error !== undefined) return json(200, { error })
      const token = newToken()
      expiresAtMs.set(token, now() + TOKEN_LIFE_SECONDS * 1_000)
      const [oldest] = expiresAtMs.keys()
      if (expiresAtMs.size > LIVE_TOKENS_MAX && oldest !== undefined) expiresAtMs.delete(oldest)
      return json(200, {
        access_token: token,
        scope: SCOPE,
        api_domain: apiDomain ?? url.origin,
        token_type: 'Bearer',
        expires_in: TOKEN_LIFE_SECONDS,
      })
    },
    refusalOf({ authorization }) {
      if (authorization === null || !authorization.startsWith(SCHEME)) {
        return refuse(401, 'AUTHENTICATION_FAILURE', 'Authentication failed')
      }
      const expiry = expiresAtMs.get(authorization.slice(SCHEME.length))
      if (expiry !== undefined && now() < expiry) return undefined
      return refuse(401, 'INVALID_TOKEN', 'invalid oauth token')
    },
    expireAll: () => expiresAtMs.clear(),
  }
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

/** Looks like one of Zoho's. No two are the same, and none can be guessed over the socket. */
function newToken(): string {
  const hex = () => randomUUID().replaceAll('-', '')
  return `1000.${hex()}.${hex()}`
}

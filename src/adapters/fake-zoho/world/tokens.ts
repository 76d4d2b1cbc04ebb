// The token endpoint: refreshes, and the exchange of grant codes.
import type { JsonObject } from '../schema/json.ts'
import { type Answer, json } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import { type GrantCodes, makeGrantCodes } from './grant-codes.ts'
import { type LiveTokens, makeLiveTokens } from './live-tokens.ts'
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

export interface Tokens extends Pick<LiveTokens, 'refusalOf' | 'scopesOf' | 'expireAll'> {
  /** Answers a call to the token endpoint. */
  issue(call: Call): Answer

  readonly makeGrantCode: GrantCodes['make']

  /** Forgets all tokens, all codes and all refreshes. */
  reset(): void
}

export function makeTokens(
  { now, credentials, apiDomain }: TokenOptions,
  settings: SettingsStore,
): Tokens {
  const live = makeLiveTokens(now, settings)
  const refreshes = makeRefreshes(now)
  const codes = makeGrantCodes(now)

  function issued(url: URL, refreshToken: string): JsonObject {
    const { tokenLifeSeconds, otherDataCentre } = settings.current
    const scopes = codes.scopesOf(refreshToken)
    return {
      access_token: live.issue(scopes),
      scope: (scopes ?? settings.current.scopes).join(' '),
      api_domain: otherDataCentre ?? apiDomain ?? url.origin,
      token_type: 'Bearer',
      expires_in: tokenLifeSeconds,
    }
  }

  function exchange({ parameters, url }: Call): Answer {
    const { grantError } = settings.current
    if (grantError !== null) return refused(grantError)
    const refreshToken = codes.exchange(parameters.get('code') ?? '')
    if (refreshToken === undefined) return refused('invalid_code')
    return json(200, { ...issued(url, refreshToken), refresh_token: refreshToken })
  }

  function refresh({ parameters, url }: Call): Answer {
    const { refreshesMax, isRefreshTokenRevoked } = settings.current
    const refreshToken = parameters.get('refresh_token') ?? ''
    const isKnown = codes.knows(refreshToken) || isGood(refreshToken, credentials?.refreshToken)
    if (!isKnown) return refused('invalid_code')
    if (isRefreshTokenRevoked) return refused('invalid_code')
    if (refreshesMax !== null && !refreshes.take(refreshToken, refreshesMax)) return accessDenied()
    return json(200, issued(url, refreshToken))
  }

  const ways = new Map([
    ['refresh_token', refresh],
    ['authorization_code', exchange],
  ])

  return {
    issue(call) {
      const { parameters } = call
      const way = ways.get(parameters.get('grant_type') ?? '')
      if (way === undefined) return refused('unsupported_grant_type')
      return isClient(parameters, credentials) ? way(call) : refused('invalid_client')
    },
    makeGrantCode: codes.make,
    refusalOf: live.refusalOf,
    scopesOf: live.scopesOf,
    expireAll: live.expireAll,
    reset() {
      live.expireAll()
      refreshes.clear()
      codes.clear()
    },
  }
}

/** Zoho refuses with a 200: only an answer with a token is a success. */
function refused(error: string): Answer {
  return json(200, { error })
}

function accessDenied(): Answer {
  return json(400, {
    error_description:
      'You have made too many requests continuously. Please try again after some time.',
    error: 'Access Denied',
    status: 'failure',
  })
}

function isClient(parameters: URLSearchParams, credentials: Credentials | undefined): boolean {
  return (
    isGood(parameters.get('client_id') ?? '', credentials?.clientId) &&
    isGood(parameters.get('client_secret') ?? '', credentials?.clientSecret)
  )
}

/** Whether the text is the wanted one; where none is wanted, any text but an empty one is. */
function isGood(given: string, wanted: string | undefined): boolean {
  return wanted === undefined ? given !== '' : given === wanted
}

// Asks Zoho accounts once for a new access token.

import type { Timer } from '../../../application/base/clock.port.ts'
import type { CallFault } from '../../../domain/sale/outcome.ts'
import { TokenAnswer, TokenError } from '../answers/answer-schemas.ts'
import { type Exchange, exchange, type NetworkFailure } from '../exchange/exchange.ts'
import { timeLimit } from '../exchange/time-limit.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import { dataCentreOf } from './data-centre.ts'
import type { NoToken, Token } from './token-state.ts'

/** Milliseconds one refresh may take, however many calls wait for it. */
export const REFRESH_TIMEOUT_MS = 3_000

/** How long Zoho's tokens are valid; for the answers that do not contain it. */
const LIFETIME_DEFAULT_MS = 3_600_000

/** Zoho's word for an error, as far as it is repeated in a reason. */
const WORD = /^[\w .-]{1,60}$/

const ACCESS_DENIED = /^access[ _]denied$/i

/** Zoho's words for a client or a refresh token that is not valid: only a person can correct it. */
const FINAL_WORDS: ReadonlySet<string> = new Set([
  'invalid_client',
  'invalid_client_secret',
  'invalid_code',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
])

/** What came of one request for a token. */
export type RequestedToken = { readonly type: 'renewed'; readonly token: Token } | NoToken

/**
 * Never throws. A token in the answer is the success: Zoho sends errors with HTTP 200, too.
 * Source: Zoho CRM v8, "Refresh Access Tokens".
 */
export async function requestToken(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Timer
  /** The clock by which the times of the token are. */
  readonly now: () => number
}): Promise<RequestedToken> {
  const { config, clock } = deps
  const limit = timeLimit(clock, REFRESH_TIMEOUT_MS)
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: config.clientId,
    client_secret: config.clientSecret,
    refresh_token: config.refreshToken,
  }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const url = new URL('/oauth/v2/token', config.accountsUrl).href
  const reply = await exchange(deps.fetch, url, { method: 'POST', headers, body }, limit.signal)
  limit.end()
  return tokenIn(reply, deps.now())
}

function tokenIn(reply: Exchange, now: number): RequestedToken {
  if (reply.type === 'failed') return unanswered(reply.failure)
  const { status, body } = reply
  if (TokenAnswer.Check(body)) {
    const { access_token: value, expires_in: seconds, scope, api_domain: apiDomain } = body
    const lifetimeMs = seconds === undefined ? LIFETIME_DEFAULT_MS : seconds * 1_000
    const token = {
      value,
      refreshedAt: now,
      expiresAt: now + lifetimeMs,
      scopes: scope ? scope.split(/[\s,]+/) : null,
      dataCentre: dataCentreOf(apiDomain),
      isLetIn: false,
    }
    return { type: 'renewed', token }
  }
  const word = TokenError.Check(body) ? wordOf(body.error) : undefined
  const words = word ?? `HTTP ${status}`
  if (status === 429 || ACCESS_DENIED.test(words)) return none('throttled', words, 'denied')
  if (status < 500 && FINAL_WORDS.has(words)) return none('wrongAnswer', words, 'final')
  // A 2xx that names neither a token nor an error may have made one.
  const isUnreadable = word === undefined && status >= 200 && status < 300
  if (!isUnreadable) return none('wrongAnswer', words, 'nothing')
  return none('wrongAnswer', `${words} without a token`, 'perhapsGranted')
}

function wordOf(error: string): string {
  return WORD.test(error) ? error : '…'
}

function unanswered(failure: NetworkFailure): NoToken {
  switch (failure.type) {
    case 'unreachable':
      return none('unreachable', failure.reason, 'nothing')
    case 'timeout':
      return none('timeout', `${REFRESH_TIMEOUT_MS} ms`, 'perhapsGranted')
    case 'broken':
      return none('unreachable', `lost after it was made: ${failure.reason}`, 'perhapsGranted')
    case 'oversized':
      return none('wrongAnswer', 'the answer was too large', 'perhapsGranted')
  }
}

function none(fault: CallFault, words: string, meaning: NoToken['meaning']): NoToken {
  return { type: 'none', fault, words, meaning }
}

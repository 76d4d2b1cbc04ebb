// Asks Zoho accounts once for a new access token.

import type { Clock } from '../../../application/base/clock.port.ts'
import type { CallFault } from '../../../domain/sale/outcome.ts'
import { TokenAnswer, TokenError } from '../answers/answer-schemas.ts'
import { exchange } from '../exchange/exchange.ts'
import { timeLimit } from '../exchange/time-limit.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import type { Token } from './token-state.ts'

/** Milliseconds one refresh may take, however many calls wait for it. */
export const REFRESH_TIMEOUT_MS = 10_000

/** How long Zoho's tokens are valid; for the answers that do not contain it. */
const LIFETIME_DEFAULT_MS = 3_600_000

/** Characters of Zoho's word for an error that are repeated in a reason. */
const WORD_MAX = 60

/** What came of one request for a token. */
export type RequestedToken =
  | { readonly type: 'renewed'; readonly token: Token }
  /** There were too many refreshes. Asking again too soon makes Zoho's pause longer. */
  | { readonly type: 'denied' }
  /** The refresh token or the client is not valid: only a person can correct that. */
  | { readonly type: 'shut'; readonly reason: string }
  | { readonly type: 'failed'; readonly fault: CallFault; readonly reason: string }

/**
 * Never throws. A token in the answer is the success: Zoho sends errors with HTTP 200, too.
 * Source: Zoho CRM v8, "Refresh Access Tokens".
 */
export async function requestToken(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Clock
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

  if (reply.type === 'failed') {
    const fault = reply.failure.type === 'timeout' ? 'timeout' : 'unreachable'
    return { type: 'failed', fault, reason: 'Zoho accounts did not answer' }
  }
  if (TokenAnswer.Check(reply.body)) {
    const { access_token: value, expires_in: seconds, scope } = reply.body
    const lifetimeMs = seconds === undefined ? LIFETIME_DEFAULT_MS : seconds * 1_000
    const refreshedAt = clock.now()
    const expiresAt = refreshedAt + lifetimeMs
    const scopes = scope ? scope.split(/[\s,]+/) : null
    return { type: 'renewed', token: { value, refreshedAt, expiresAt, scopes } }
  }
  if (!TokenError.Check(reply.body)) {
    return { type: 'failed', fault: 'wrongAnswer', reason: `HTTP ${reply.status}` }
  }
  const word = reply.body.error.slice(0, WORD_MAX)
  if (word === 'Access Denied' || reply.status === 429) return { type: 'denied' }
  if (reply.status >= 500) return { type: 'failed', fault: 'wrongAnswer', reason: word }
  return { type: 'shut', reason: `Zoho refuses to renew the access token (${word})` }
}

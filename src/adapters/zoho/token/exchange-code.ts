// Exchanges the grant code of a Self Client for a refresh token.

import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Clock } from '../../../application/base/clock.port.ts'
import { TokenError } from '../answers/answer-schemas.ts'
import { type Exchange, exchange, type NetworkFailure } from '../exchange/exchange.ts'
import { timeLimit } from '../exchange/time-limit.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'

/** Milliseconds for the exchange. A person waits for it. */
const EXCHANGE_TIMEOUT_MS = 15_000

/** A word of Zoho for an error, as far as it is shown. */
const WORD = /^[\w .-]{1,60}$/

/** What came of one exchange. A code can be used once, whatever the answer was. */
export type ExchangedCode =
  | {
      readonly type: 'granted'
      readonly refreshToken: string
      /** Where the token is good, by the answer; `null` where it names no place. */
      readonly apiDomain: string | null
      /** `null` where Zoho did not list them. */
      readonly scopes: readonly string[] | null
    }
  /** An access token came without a refresh token. */
  | { readonly type: 'withoutRefreshToken' }
  /** Zoho's word for the error: `invalid_code`, `invalid_client` … */
  | { readonly type: 'refused'; readonly word: string }
  /** @property isSent whether the code may be used up */
  | { readonly type: 'unanswered'; readonly reason: string; readonly isSent: boolean }

const Granted = Compile(
  Type.Object({
    access_token: Type.String({ minLength: 1 }),
    refresh_token: Type.Optional(Type.String({ minLength: 1 })),
    api_domain: Type.Optional(Type.Unknown()),
    scope: Type.Optional(Type.String()),
  }),
)

/**
 * Makes the one call that a code is good for. Never throws. Errors come with HTTP 200, too.
 * Source: Zoho CRM v8, "Self Client" and "Generate Access and Refresh Tokens": without redirect_uri.
 */
export async function exchangeCode(deps: {
  readonly client: Pick<ZohoConfig, 'accountsUrl' | 'clientId' | 'clientSecret'>
  readonly code: string
  readonly fetch: ZohoFetch
  readonly clock: Clock
}): Promise<ExchangedCode> {
  const { client, code, clock } = deps
  const limit = timeLimit(clock, EXCHANGE_TIMEOUT_MS)
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: client.clientId,
    client_secret: client.clientSecret,
    code,
  }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const url = new URL('/oauth/v2/token', client.accountsUrl).href
  const reply = await exchange(deps.fetch, url, { method: 'POST', headers, body }, limit.signal)
  limit.end()
  return reply.type === 'failed' ? unanswered(reply.failure) : grantedIn(reply)
}

function grantedIn({ status, body }: Extract<Exchange, { type: 'answered' }>): ExchangedCode {
  if (Granted.Check(body)) {
    const { refresh_token: refreshToken, api_domain: apiDomain, scope } = body
    if (refreshToken === undefined) return { type: 'withoutRefreshToken' }
    return {
      type: 'granted',
      refreshToken,
      apiDomain: typeof apiDomain === 'string' && URL.canParse(apiDomain) ? apiDomain : null,
      scopes: scope ? scope.split(/[\s,]+/) : null,
    }
  }
  if (TokenError.Check(body)) {
    return { type: 'refused', word: WORD.test(body.error) ? body.error : '…' }
  }
  return { type: 'unanswered', reason: `HTTP ${status} without a readable answer`, isSent: true }
}

function unanswered(failure: NetworkFailure): ExchangedCode {
  switch (failure.type) {
    case 'unreachable':
      return { type: 'unanswered', reason: `not reached (${failure.reason})`, isSent: false }
    case 'timeout':
      return { type: 'unanswered', reason: 'no answer in time', isSent: failure.sent }
    case 'broken':
      return { type: 'unanswered', reason: `connection lost (${failure.reason})`, isSent: true }
    case 'oversized':
      return { type: 'unanswered', reason: 'the answer was too large', isSent: true }
  }
}

import type { Clock } from '../../application/ports/clock.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import { TokenAnswer, TokenError } from './answer-schemas.ts'
import { type Exchange, exchange } from './exchange.ts'
import type { ZohoConfig, ZohoFetch } from './zoho-config.ts'

/** Milliseconds one refresh may take, however many calls wait for it. */
const REFRESH_TIMEOUT_MS = 10_000

/** A token is replaced so long before its end, so that no call carries one that has just ended. */
const REFRESH_AHEAD_MS = 60_000

/** Zoho's tokens live an hour; assumed where the answer does not say (it sometimes does not). */
const LIFETIME_DEFAULT_MS = 3_600_000

/** A token refused within this time of its own refresh is not refreshed again until it is over. */
const REFRESH_PAUSE_MS = 60_000

export type TokenResult = CallResult<string>

/** The one access token of the whole service. */
export interface AccessToken {
  /** A token that is good for a while. However many ask, one refresh is made for all. */
  get(signal: AbortSignal): Promise<TokenResult>

  /** Says that Zoho refused this token, so that the next `get` does not give it out again. */
  refuse(token: string): void
}

type Token = { readonly value: string; readonly refreshedAt: number; readonly expiresAt: number }

export function makeAccessToken(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Clock
}): AccessToken {
  const { config, clock } = deps
  let current: Token | undefined
  let refused: string | undefined
  let refreshing: Promise<TokenResult> | undefined

  return {
    async get(signal) {
      if (current !== undefined && isGood(current)) return { outcome: 'done', value: current.value }
      if (current !== undefined && current.value === refused && isFresh(current)) {
        const retryAfterMs = current.refreshedAt + REFRESH_PAUSE_MS - clock.now()
        const reason = 'a new token was refused'
        return { outcome: 'notSent', reason, fault: 'wrongAnswer', retryAfterMs }
      }
      refreshing ??= refresh().finally(() => {
        refreshing = undefined
      })
      return withinSignal(refreshing, signal)
    },

    refuse(token) {
      if (token === current?.value) refused = token
    },
  }

  function isGood(token: Token): boolean {
    return token.value !== refused && clock.now() < token.expiresAt - REFRESH_AHEAD_MS
  }

  function isFresh(token: Token): boolean {
    return clock.now() < token.refreshedAt + REFRESH_PAUSE_MS
  }

  async function refresh(): Promise<TokenResult> {
    const timeout = new AbortController()
    const answered = new AbortController()
    void clock.sleep(REFRESH_TIMEOUT_MS, answered.signal).then(() => timeout.abort())
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: config.clientId,
      client_secret: config.clientSecret,
      refresh_token: config.refreshToken,
    }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const url = new URL('/oauth/v2/token', config.accountsUrl).href
    const reply = await exchange(deps.fetch, url, { method: 'POST', headers, body }, timeout.signal)
    answered.abort()
    return remember(reply)
  }

  /** Success is the presence of a token: Zoho answers 200 to a revoked refresh token. */
  function remember(reply: Exchange): TokenResult {
    if (reply.type === 'failed') {
      const fault = reply.failure.type === 'timeout' ? 'timeout' : 'unreachable'
      return { outcome: 'notSent', reason: 'no token: Zoho accounts did not answer', fault }
    }
    if (!TokenAnswer.Check(reply.body)) {
      const error = TokenError.Check(reply.body) ? reply.body.error : `HTTP ${reply.status}`
      const fault = error === 'Access Denied' ? 'throttled' : 'wrongAnswer'
      return { outcome: 'notSent', reason: `no token: ${error.slice(0, 60)}`, fault }
    }
    const { access_token: value, expires_in: seconds } = reply.body
    const lifetimeMs = seconds === undefined ? LIFETIME_DEFAULT_MS : seconds * 1_000
    const refreshedAt = clock.now()
    current = { value, refreshedAt, expiresAt: refreshedAt + lifetimeMs }
    return { outcome: 'done', value }
  }
}

/** A caller whose time is over does not wait for the refresh; the others still get it. */
async function withinSignal(
  refresh: Promise<TokenResult>,
  signal: AbortSignal,
): Promise<TokenResult> {
  const over = Promise.withResolvers<TokenResult>()
  const reason = 'no time left to wait for a token'
  const end = () => over.resolve({ outcome: 'notSent', reason, fault: 'timeout' })
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([refresh, over.promise])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

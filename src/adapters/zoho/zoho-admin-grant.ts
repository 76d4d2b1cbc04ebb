import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Clock } from '../../application/ports/clock.ts'
import type { ScopeGrant } from '../../application/ports/crm-admin.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import { TokenAnswer, TokenError } from './answer-schemas.ts'
import { exchange } from './exchange.ts'
import { scopeGrants } from './zoho-admin-needs.ts'
import type { ZohoConfig, ZohoFetch } from './zoho-config.ts'

const GrantAnswer = Compile(Type.Object({ scope: Type.String({ minLength: 1 }) }))

/** Characters of Zoho's word for an error that are told. */
const WORD_MAX = 60

/**
 * Renews the token once, to see that it can be done, and to read its scopes; newer answers list
 * them. The token itself is thrown away: the service's own one is not touched.
 */
export async function readGrant(
  deps: { readonly config: ZohoConfig; readonly fetch: ZohoFetch; readonly clock: Clock },
  withinMs: number,
): Promise<CallResult<readonly ScopeGrant[] | null>> {
  const { config, clock } = deps
  const timeout = new AbortController()
  const over = new AbortController()
  void clock.sleep(withinMs, over.signal).then(() => timeout.abort())
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: config.clientId,
    client_secret: config.clientSecret,
    refresh_token: config.refreshToken,
  }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const url = new URL('/oauth/v2/token', config.accountsUrl).href
  const reply = await exchange(deps.fetch, url, { method: 'POST', headers, body }, timeout.signal)
  over.abort()
  if (reply.type === 'failed') {
    const fault = reply.failure.type === 'timeout' ? 'timeout' : 'unreachable'
    return { outcome: 'notSent', reason: 'Zoho accounts did not answer', fault }
  }
  if (!TokenAnswer.Check(reply.body)) return refusalOf(reply.status, reply.body)
  const scopes = GrantAnswer.Check(reply.body) ? reply.body.scope.split(/[\s,]+/) : null
  return { outcome: 'done', value: scopes === null ? null : scopeGrants(scopes) }
}

function refusalOf(status: number, body: unknown): CallResult<never> {
  const reason = TokenError.Check(body) ? body.error.slice(0, WORD_MAX) : `HTTP ${status}`
  const isLater = reason === 'Access Denied' || status === 429
  if (isLater) return { outcome: 'notSent', reason: `${reason}: too often`, fault: 'throttled' }
  if (status >= 500) return { outcome: 'notSent', reason, fault: 'wrongAnswer' }
  return { outcome: 'refused', reason }
}

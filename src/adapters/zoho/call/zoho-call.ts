import type { Clock } from '../../../application/base/clock.port.ts'
import type { CallFault } from '../../../domain/sale/outcome.ts'
import { type Named, nameAnswer, type RequestKind } from '../answers/classify-answer.ts'
import { exchange } from '../exchange/exchange.ts'
import { timeLimit } from '../exchange/time-limit.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import type { Traffic } from '../limits/call-statistics.ts'
import type { CallEnding, Limiter } from '../limits/limiter.ts'
import type { Urgency } from '../limits/priority.ts'
import type { AccessToken } from '../token/access-token.ts'

export type ZohoRequest = {
  readonly kind: RequestKind
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With its query, from the root of the API. */
  readonly path: string
  readonly body?: string
  readonly urgency: Urgency
}

/**
 * One call to the CRM with all that belongs to it: a token, a place among the calls in flight,
 * a time-out over everything, and the answer by its name. Never throws for what Zoho does.
 */
export type ZohoCall = (request: ZohoRequest, withinMs: number) => Promise<Named>

export function makeZohoCall(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Clock
  readonly token: AccessToken
  readonly limiter: Limiter
  readonly traffic: Traffic
}): ZohoCall {
  const { config, clock, token, limiter, traffic } = deps

  return async function call(request, withinMs) {
    const limit = timeLimit(clock, withinMs)
    try {
      const first = await attempt(request, limit.signal)
      if (first.type !== 'tokenRefused') return first
      const second = await attempt(request, limit.signal)
      return second.type === 'tokenRefused' ? notSent(second.reason, 'wrongAnswer') : second
    } finally {
      limit.end()
    }
  }

  async function attempt(request: ZohoRequest, signal: AbortSignal): Promise<Named> {
    const pass = await token.get(request.urgency, signal)
    if (pass.outcome !== 'done') {
      if (!signal.aborted) traffic.sawNoToken()
      return { type: 'ended', result: pass }
    }
    const release = await limiter.take(request.urgency, signal)
    if (release === undefined) {
      return limiter.paused()
        ? notSent('Zoho has asked us to wait (TOO_MANY_REQUESTS)', 'throttled')
        : notSent('no time left to send it', 'timeout')
    }
    const startedAt = clock.now()
    let named: Named = notSent('not sent', 'wrongAnswer')
    try {
      named = await send(request, pass.value, signal)
      return named
    } finally {
      const ending = endingOf(named)
      release(ending)
      traffic.saw(ending, clock.now() - startedAt)
    }
  }

  async function send(request: ZohoRequest, pass: string, signal: AbortSignal): Promise<Named> {
    const { kind, method, path, body } = request
    const headers = {
      authorization: `Zoho-oauthtoken ${pass}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const url = new URL(path, config.apiUrl).href
    const reply = await exchange(deps.fetch, url, { method, headers, body }, signal)
    const named = nameAnswer(kind, reply, config.referenceField)
    if (named.type === 'tokenRefused') token.refuse(pass)
    else if (endingOf(named) === 'answered') token.accept(pass)
    return named
  }
}

/** Refusals are answers, too: Zoho is there. */
function endingOf(named: Named): CallEnding {
  if (named.type !== 'ended' || named.result.outcome === 'refused') return 'answered'
  return named.result.fault === 'throttled' ? 'throttled' : 'silent'
}

function notSent(reason: string, fault: CallFault): Named {
  return { type: 'ended', result: { outcome: 'notSent', reason, fault } }
}

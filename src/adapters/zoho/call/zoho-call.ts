// One call to Zoho CRM with all that belongs to it.

import type { Timer } from '../../../application/base/clock.port.ts'
import type { Priority } from '../../../application/crm/crm.port.ts'
import type { CallFault } from '../../../domain/sale/outcome.ts'
import { msBetween } from '../../../domain/time.ts'
import {
  type ClassifiedAnswer,
  classifyAnswer,
  type RequestKind,
} from '../answers/classify-answer.ts'
import type { ErrorWords } from '../answers/error-words.ts'
import { exchange } from '../exchange/exchange.ts'
import { timeLimit } from '../exchange/time-limit.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import type { CallEnding } from '../limits/call-ending.ts'
import type { CallStatistics } from '../limits/call-statistics.ts'
import type { Limiter } from '../limits/limiter.ts'
import type { AccessToken, GivenToken } from '../token/access-token.ts'

/**
 * Refusals of a token that Zoho had let in before, after which a call is given up: the token was
 * renewed in between.
 */
const REFUSALS_MAX = 2

export type ZohoRequest = {
  readonly kind: RequestKind
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** The path and the query, after the address of the API. */
  readonly path: string
  readonly body?: string
  readonly priority: Priority
}

/**
 * Makes a call: gets a token, waits for a place among the calls in flight, sends the request, and
 * classifies the answer. All of it ends within `withinMs` milliseconds. A call whose token Zoho
 * refuses is repeated: once with a new token, and with one that Zoho has just given for as long as
 * the call may take. Never throws for what Zoho or the network does.
 */
export type ZohoCall = (request: ZohoRequest, withinMs: number) => Promise<ClassifiedAnswer>

/** The token of a call that Zoho refused, and the words of the refusal. */
type Refused = { readonly token: GivenToken; readonly reason: string }

export function makeZohoCall(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Timer
  readonly token: AccessToken
  readonly limiter: Limiter
  readonly statistics: CallStatistics
  /** Whether what changes records may still be sent. Another process may have this one's sales by now. */
  readonly mayWrite: () => boolean
}): ZohoCall {
  const { config, clock, token, limiter, statistics } = deps

  return async function call(request, withinMs) {
    const limit = timeLimit(clock, withinMs)
    try {
      return await callUntilLetIn(request, limit.signal)
    } finally {
      limit.end()
    }
  }

  /** Ends with the time of the call: a token that is new waits for its turn before each repeat. */
  async function callUntilLetIn(
    request: ZohoRequest,
    signal: AbortSignal,
  ): Promise<ClassifiedAnswer> {
    let refused: Refused | undefined
    for (let refusals = 0; ; ) {
      const got = await token.get(request.priority, signal, refused?.token)
      if (got.type !== 'done') {
        statistics.recordNoToken()
        return withCause({ type: 'notDone', result: got }, refused)
      }
      const answer = await attempt(request, got.value, signal)
      if (answer.type !== 'tokenRefused') return withCause(answer, refused)
      refused = { token: got.value, reason: answer.words.reason }
      if (got.value.standing !== 'new') refusals += 1
      if (refusals === REFUSALS_MAX) return stillRefused(answer.words)
    }
  }

  async function attempt(
    request: ZohoRequest,
    given: GivenToken,
    signal: AbortSignal,
  ): Promise<ClassifiedAnswer> {
    const release = await limiter.take(request.priority, signal)
    if (release === undefined) {
      return limiter.paused()
        ? notSent('Zoho has asked us to wait (TOO_MANY_REQUESTS)', 'throttled')
        : notSent(noPlace(limiter.waiting()), 'timeout')
    }
    const startedAt = clock.instant()
    // What is recorded where `send` throws, which is a bug.
    let answer: ClassifiedAnswer = notSent('not sent', 'wrongAnswer')
    try {
      answer = await send(request, given, signal)
      return answer
    } finally {
      const ending = endingOf(answer)
      release(ending)
      const reason = answer.type === 'notDone' ? answer.result.reason : undefined
      statistics.record(ending, msBetween(startedAt, clock.instant()), reason)
    }
  }

  async function send(
    request: ZohoRequest,
    given: GivenToken,
    signal: AbortSignal,
  ): Promise<ClassifiedAnswer> {
    const { kind, method, path, body } = request
    const authorization = `Zoho-oauthtoken ${given.value}`
    const init =
      body === undefined
        ? { method, headers: { authorization } }
        : { method, headers: { authorization, 'content-type': 'application/json' }, body }
    const url = new URL(path, config.apiUrl).href
    // The last thing before the request is written: what is checked earlier may have changed in a pause.
    if ((kind === 'create' || kind === 'delete') && !deps.mayWrite()) {
      return notSent('the lease of this instance is over', 'timeout')
    }
    const reply = await exchange(deps.fetch, url, init, signal)
    const answer = classifyAnswer(kind, reply, config.referenceField)
    if (answer.type === 'tokenRefused') await token.refuse(given, answer.words.reason)
    else if (endingOf(answer) === 'answered') await token.accept(given)
    return answer
  }
}

function endingOf(answer: ClassifiedAnswer): CallEnding {
  if (answer.type !== 'notDone' || answer.result.type === 'refused') return 'answered'
  return answer.result.fault === 'throttled' ? 'throttled' : 'silent'
}

/** Zoho did nothing with the call; its word may be one that we do not know. */
function stillRefused(words: ErrorWords): ClassifiedAnswer {
  return { type: 'notDone', result: { type: 'notSent', fault: 'wrongAnswer', ...words } }
}

/** Why a call that waited for a place was not sent: too many others, or a deadline that was near. */
function noPlace(waiting: number): string {
  const reason = 'no time left to send it'
  return waiting === 0 ? reason : `${reason}; ${waiting} other calls wait for a place, too`
}

/** Adds the refusal to the reason of a call that ran out of time after it. */
function withCause(answer: ClassifiedAnswer, refused: Refused | undefined): ClassifiedAnswer {
  if (refused === undefined || answer.type !== 'notDone') return answer
  const { result } = answer
  if (result.type !== 'notSent' || result.fault !== 'timeout') return answer
  const reason = `${result.reason}; before that Zoho refused the token (${refused.reason})`
  return { type: 'notDone', result: { ...result, reason } }
}

function notSent(reason: string, fault: CallFault): ClassifiedAnswer {
  return { type: 'notDone', result: { type: 'notSent', reason, fault } }
}

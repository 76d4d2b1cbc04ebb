// Calls to Zoho whose answers are shown as they are: a rehearsal is about the answers themselves.

import type { Timer } from '../../../application/base/clock.port.ts'
import { msBetween } from '../../../domain/time.ts'
import { type Exchange, exchange } from '../exchange/exchange.ts'
import { timeLimit } from '../exchange/time-limit.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import type { AccessToken, GivenToken } from '../token/access-token.ts'

/** Repeats of a call that was throttled, or whose token was refused. */
const REPEATS_MAX = 5

/** Milliseconds before a call that was throttled is made again. */
const THROTTLED_PAUSE_MS = 1_000

export type RawRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: string
  /** Cuts the connection after so many milliseconds. */
  readonly cutAfterMs?: number
}

export type Heard = {
  readonly reply: Exchange
  /** Milliseconds from the sending to the answer, or to the end without one. */
  readonly tookMs: number
}

/** @throws {NotAnswered} where there is no token */
export type RawCalls = (request: RawRequest) => Promise<Heard>

/** Thrown by a question that the organisation did not answer. */
export class NotAnswered extends Error {
  override readonly name = 'NotAnswered'
}

export function makeRawCalls(deps: {
  readonly config: ZohoConfig
  readonly fetch: ZohoFetch
  readonly clock: Timer
  readonly token: AccessToken
  readonly requestTimeoutMs: number
}): RawCalls {
  const { config, clock, token, requestTimeoutMs } = deps

  return async function send(request) {
    let refused: GivenToken | undefined
    for (let repeats = 0; ; repeats += 1) {
      const given = await tokenAfter(refused)
      const heard = await attempt(request, given.value)
      const { reply } = heard
      if (reply.type === 'failed' || repeats === REPEATS_MAX) return heard
      if (reply.status === 401 && wordsOf(reply.body).code !== 'OAUTH_SCOPE_MISMATCH') {
        await token.refuse(given, said(reply))
        refused = given
      } else if (reply.status === 429) await clock.sleep(THROTTLED_PAUSE_MS)
      else return heard
    }
  }

  async function tokenAfter(refused: GivenToken | undefined): Promise<GivenToken> {
    const limit = timeLimit(clock, requestTimeoutMs)
    const got = await token.get('new', limit.signal, refused)
    limit.end()
    if (got.type === 'done') return got.value
    throw new NotAnswered(`there is no access token: ${got.reason}`)
  }

  async function attempt(request: RawRequest, accessToken: string): Promise<Heard> {
    const { method, path, body, cutAfterMs } = request
    const headers = {
      authorization: `Zoho-oauthtoken ${accessToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const init = body === undefined ? { method, headers } : { method, headers, body }
    const limit = timeLimit(clock, cutAfterMs ?? requestTimeoutMs)
    const startedAt = clock.instant()
    const url = new URL(path, config.apiUrl).href
    const reply = await exchange(deps.fetch, url, init, limit.signal)
    limit.end()
    return { reply, tookMs: msBetween(startedAt, clock.instant()) }
  }
}

/** The first row of an answer, or the answer itself. */
function itemOf(body: unknown): Record<string, unknown> {
  const data = Object(body)['data']
  return Object(Array.isArray(data) ? data[0] : body)
}

function wordsOf(body: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = itemOf(body)
  return {
    code: typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? message : '',
  }
}

/** Characters of a sentence of Zoho that are shown. */
const SENTENCE_MAX = 80

/** An answer in a few words: `400 INVALID_DATA "record not deleted"`, `204`, `no answer (…)`. */
export function said(reply: Exchange): string {
  if (reply.type === 'failed') {
    const { failure } = reply
    return `no answer (${'reason' in failure ? failure.reason : failure.type})`
  }
  const { code, message } = wordsOf(reply.body)
  const sentence = message === '' ? '' : ` "${message.slice(0, SENTENCE_MAX)}"`
  return `${reply.status}${code === '' ? '' : ` ${code}`}${code === 'SUCCESS' ? '' : sentence}`
}

export function codeOf(reply: Exchange): string {
  return reply.type === 'answered' ? wordsOf(reply.body).code : ''
}

export function statusOf(reply: Exchange): number | undefined {
  return reply.type === 'answered' ? reply.status : undefined
}

/** The id of the record that a create made; `undefined` for any other answer. */
export function createdId(reply: Exchange): string | undefined {
  if (reply.type !== 'answered' || wordsOf(reply.body).code !== 'SUCCESS') return undefined
  const id = Object(itemOf(reply.body)['details'])['id']
  return typeof id === 'string' ? id : undefined
}

/** The ids of the rows of a read; none for any other answer. */
export function idsIn(reply: Exchange): readonly string[] {
  if (reply.type !== 'answered' || reply.status !== 200) return []
  const data = Object(reply.body)['data']
  if (!Array.isArray(data)) return []
  return data.map((row) => Object(row)['id']).filter((id) => typeof id === 'string')
}

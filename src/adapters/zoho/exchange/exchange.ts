// One HTTP call with `fetch`: what came back, or why nothing did.

import type { ZohoFetch } from './zoho-config.ts'

/** Bytes of an answer that are read at most. The largest page of rows is far smaller. */
const ANSWER_BYTES_MAX = 2 * 1024 * 1024

/** What came back over the wire, before anybody has judged what it means. */
export type Exchange =
  /** `body` is the parsed JSON; `undefined` when the answer was empty or no JSON. */
  | { readonly type: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly type: 'failed'; readonly failure: NetworkFailure }

export type NetworkFailure =
  /** The request was never sent: connection refused, no such host, no TLS. */
  | { readonly type: 'unreachable'; readonly reason: string }
  /** The time was over. `sent` is whether the request may have been sent. */
  | { readonly type: 'timeout'; readonly sent: boolean }
  /** The connection broke when the request may have been sent already. */
  | { readonly type: 'broken'; readonly reason: string }
  /** The answer had more than `ANSWER_BYTES_MAX` bytes. */
  | { readonly type: 'oversized' }

type RequestParts = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Makes one call; `signal` ends it as a time-out. Never throws for what the network does. */
export async function exchange(
  fetch: ZohoFetch,
  url: string,
  init: RequestParts,
  signal: AbortSignal,
): Promise<Exchange> {
  if (signal.aborted) return failed({ type: 'timeout', sent: false })
  try {
    // The signal is an argument of `fetch`, and not part of a `Request`. Node holds the signal of a
    // `Request` weakly: after a garbage collection the call would never be aborted, and could be
    // sent long after it was reported as a time-out.
    const response = await fetch(url, {
      ...init,
      // Following a redirect would send the token to another address.
      redirect: 'manual',
      signal,
    })
    const bytes = await readCapped(response)
    if (bytes === undefined) return failed({ type: 'oversized' })
    return { type: 'answered', status: response.status, body: parse(bytes) }
  } catch (error) {
    if (signal.aborted) return failed({ type: 'timeout', sent: true })
    return failed(networkFailure(error))
  }
}

function failed(failure: NetworkFailure): Exchange {
  return { type: 'failed', failure }
}

/** Returns the bytes of an answer; `undefined` when there are more than `ANSWER_BYTES_MAX`. */
async function readCapped(response: Response): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = response.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    length += value.byteLength
    if (length > ANSWER_BYTES_MAX) {
      await reader.cancel().catch(() => undefined)
      return undefined
    }
    chunks.push(value)
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(UTF_8.decode(bytes), withExactId)
  } catch {
    return undefined
  }
}

/**
 * Takes an id that came as a JSON number from its digits as they were sent, as a text: a JavaScript
 * number would round the 18 digits of one record to those of another. Where the platform does not
 * hand the digits over, or they are no plain digits, the id stays a number, which nobody accepts.
 */
function withExactId(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isNumber = key === 'id' && typeof value === 'number'
  const digits = isNumber ? context?.source : undefined
  return digits !== undefined && /^[0-9]{1,20}$/.test(digits) ? digits : value
}

/** Error codes of Node, undici and TLS for a connection that was never made, or never trusted. */
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/

/** System calls that fail before there is a connection. */
const CONNECTING: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo'])

/** Deno's errors have no code; the message of its HTTP client shows that connecting failed. */
const DENO_NEVER_CONNECTED = /client error \(Connect\)/

/** Causes that are followed from one error to the next. */
const CAUSES_MAX = 5

function networkFailure(error: unknown): NetworkFailure {
  for (let cause = error, depth = 0; cause instanceof Error && depth < CAUSES_MAX; depth += 1) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
    // The same code of a `read` or `write` comes from a connection that may have sent the request.
    const syscall = 'syscall' in cause ? cause.syscall : undefined
    if (NEVER_CONNECTED.test(code) || (code !== '' && CONNECTING.has(syscall))) {
      return { type: 'unreachable', reason: code }
    }
    if (DENO_NEVER_CONNECTED.test(cause.message)) {
      return { type: 'unreachable', reason: 'connection not made' }
    }
    if (code !== '') return { type: 'broken', reason: code }
    cause = cause.cause
  }
  return { type: 'broken', reason: 'connection lost' }
}

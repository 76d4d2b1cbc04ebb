import type { ZohoFetch } from './zoho-config.ts'

/** Bytes of an answer that are read at most; a page of rows is far below it. */
const ANSWER_BYTES_MAX = 2 * 1024 * 1024

/** What came back over the wire, before anybody says what it means. */
export type Exchange =
  /** `body` is the JSON, or `undefined` for an empty or unreadable one. */
  | { readonly type: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly type: 'failed'; readonly failure: NetworkFailure }

export type NetworkFailure =
  /** Nothing reached the other side: refused, no such host, no TLS. */
  | { readonly type: 'unreachable'; readonly reason: string }
  /** The time was over. `sent` is whether the request may have left. */
  | { readonly type: 'timeout'; readonly sent: boolean }
  /** The connection ended, or the answer broke off, after the request may have arrived. */
  | { readonly type: 'broken'; readonly reason: string }
  /** The answer was over the limit. */
  | { readonly type: 'oversized' }

type RequestParts = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/** Makes one call. Never throws for what the network does; `signal` ends it as a time-out. */
export async function exchange(
  fetch: ZohoFetch,
  url: string,
  init: RequestParts,
  signal: AbortSignal,
): Promise<Exchange> {
  if (signal.aborted) return failed({ type: 'timeout', sent: false })
  try {
    // The signal goes in beside the address and not in a `Request`: Node holds a request's signal
    // weakly, so after a garbage collection such a call would never be given up, and could be
    // sent long after it was called a time-out.
    const { body, ...rest } = init
    const response = await fetch(url, {
      ...rest,
      ...(body === undefined ? {} : { body }),
      // A redirect would carry the token to wherever it points.
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

async function readCapped(response: Response): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = response.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concatenate(chunks, length)
    length += value.byteLength
    if (length > ANSWER_BYTES_MAX) {
      await reader.cancel().catch(() => undefined)
      return undefined
    }
    chunks.push(value)
  }
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(UTF_8.decode(bytes))
  } catch {
    return undefined
  }
}

/** Codes of Node, undici and TLS for a connection that was never made, or never trusted. */
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/

/** What was done when a connection could not even be made. */
const CONNECTING: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo'])

/** Deno gives no code; its HTTP client says in the message that connecting failed. */
const DENO_NEVER_CONNECTED = /client error \(Connect\)/

/** How many causes of causes are looked at. */
const CAUSES_MAX = 5

function networkFailure(error: unknown): NetworkFailure {
  for (let cause = error, depth = 0; cause instanceof Error && depth < CAUSES_MAX; depth += 1) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
    // The same error in mid-connection would say nothing of what was sent.
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

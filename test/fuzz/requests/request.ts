// A request of the fuzz in its parts, and the bytes that it is on the wire.

import { Buffer } from 'node:buffer'
import type { Operation } from '../../../src/adapters/http/openapi/document-types.ts'
import type { KeyName } from './key-names.ts'

export type Pair = readonly [name: string, value: string]

/** An operation of the document, with the path that it stands under. */
export type Target = {
  readonly method: 'GET' | 'POST'
  readonly template: string
  readonly operation: Operation
}

/** How the length of a body is told. */
export type Framing =
  | { readonly type: 'length' }
  | { readonly type: 'chunks'; readonly size: number; readonly more: string }

/** Texts are bytes, each a character of Latin-1; a body that is still JSON is UTF-8 on the wire. */
export type FuzzRequest = {
  readonly target: Target
  readonly key: KeyName
  readonly method: string
  readonly path: string
  /** As they stand in the URL. */
  readonly query: readonly Pair[]
  readonly headers: readonly Pair[]
  readonly body?: { readonly json: unknown } | { readonly bytes: string }
  readonly framing: Framing
  /** What was done to a request that the document allows, in words. */
  readonly changes: readonly string[]
  /** Whether it is still a request that the document allows. */
  readonly isAllowed: boolean
  /** Changes of the bytes themselves, in order. */
  readonly damage: readonly ((bytes: string) => string)[]
}

/** What stands in the place of the key in a reproduction. */
export type KeyText = (name: KeyName) => string | undefined

/** The bytes, one character of Latin-1 each. */
export function bytesOf(request: FuzzRequest, keyText: KeyText): string {
  const { method, path, query, framing, damage } = request
  const body = bodyBytes(request)
  const search = query.map(([name, value]) => (value === NO_VALUE ? name : `${name}=${value}`))
  const key = keyText(request.key)
  const headers = [
    ...request.headers,
    ...(key === undefined ? [] : [['x-api-key', key] as const]),
    ...framingHeaders(framing, body),
  ]
  const url = search.length === 0 ? path : `${path}?${search.join('&')}`
  const head = [`${method} ${url} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const whole = `${head.join('\r\n')}\r\n\r\n${framed(framing, body)}`
  return damage.reduce((bytes, change) => change(bytes), whole)
}

/** The value of a parameter that has no `=`. */
export const NO_VALUE = '\0none'

export function bodyBytes({ body }: FuzzRequest): string | undefined {
  if (body === undefined) return undefined
  return 'bytes' in body ? body.bytes : utf8Bytes(JSON.stringify(body.json))
}

/** The bytes of this text in UTF-8, one character each. */
export function utf8Bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function framingHeaders(framing: Framing, body: string | undefined): readonly Pair[] {
  if (body === undefined) return []
  if (framing.type === 'chunks') return [['Transfer-Encoding', 'chunked']]
  return [['Content-Length', String(body.length)]]
}

function framed(framing: Framing, body: string | undefined): string {
  if (body === undefined) return ''
  if (framing.type === 'length') return body
  const chunks: string[] = []
  for (let at = 0; at < body.length; at += framing.size) {
    const chunk = body.slice(at, at + framing.size)
    chunks.push(`${chunk.length.toString(16)}${framing.more}\r\n${chunk}\r\n`)
  }
  return `${chunks.join('')}${LAST_CHUNK}`
}

const LAST_CHUNK = '0\r\n\r\n'

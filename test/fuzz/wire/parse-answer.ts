// Reads answers off the wire. Source: RFC 9112.

import { Buffer } from 'node:buffer'

/** An answer as it came. Names of headers are in small letters. */
export type WireAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What is wrong with its form, beside what it says. */
  readonly flaws: readonly string[]
}

export type Read = { readonly answer: WireAnswer; readonly length: number }

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff\t]*)$/

/**
 * The first answer in these bytes, a character of Latin-1 each; `undefined` until all of it is there.
 * An interim answer (100) is passed over.
 *
 * @param isOfHead whether it has no body, whatever its headers tell
 * @param isEnd whether no byte follows
 */
export function parseAnswer(bytes: string, isOfHead: boolean, isEnd: boolean): Read | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [statusLine = '', ...lines] = bytes.slice(0, end).split('\r\n')
  const flaws: string[] = []
  const [, digits = '0'] = STATUS_LINE.exec(statusLine) ?? []
  const status = Number(digits)
  if (status === 0) flaws.push(`the status line is ${JSON.stringify(statusLine)}`)
  const begin = end + 4
  if (status === 100) {
    const next = parseAnswer(bytes.slice(begin), isOfHead, isEnd)
    return next && { ...next, length: next.length + begin }
  }
  const headers = readHeaders(lines, flaws)
  // What is answered before anybody has read the method has a body also for HEAD.
  const isEmpty = (isOfHead && 'cache-control' in headers) || status === 204 || status === 304
  const body = isEmpty ? { text: '', length: 0 } : readBody(bytes.slice(begin), headers, isEnd)
  if (body === undefined) return undefined
  const text = Buffer.from(body.text, 'latin1').toString('utf8')
  return { answer: { status, headers, body: text, flaws }, length: begin + body.length }
}

function readHeaders(lines: readonly string[], flaws: string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const [, name, value = ''] = HEADER.exec(line) ?? []
    if (name === undefined) {
      flaws.push(`the header line ${JSON.stringify(line)}`)
      continue
    }
    const known = name.toLowerCase()
    if (known in headers) flaws.push(`the header ${known} comes twice`)
    headers[known] = value
  }
  return headers
}

type Body = { readonly text: string; readonly length: number }

function readBody(
  bytes: string,
  headers: Readonly<Record<string, string>>,
  isEnd: boolean,
): Body | undefined {
  if (headers['transfer-encoding'] === 'chunked') return readChunks(bytes)
  const told = headers['content-length']
  if (told === undefined) return isEnd ? { text: bytes, length: bytes.length } : undefined
  const length = Number(told)
  return bytes.length < length ? undefined : { text: bytes.slice(0, length), length }
}

function readChunks(bytes: string): Body | undefined {
  let text = ''
  // Each turn takes a chunk off the bytes.
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(bytes.slice(at, line), 16)
    const next = line + 2 + size + 2
    if (bytes.length < next) return undefined
    if (size === 0) return { text, length: next }
    text += bytes.slice(line + 2, line + 2 + size)
    at = next
  }
}

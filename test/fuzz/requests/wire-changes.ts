// Changes that only bytes can have: what no library would send.

import fc from 'fast-check'
import { type Changes, damaging } from './change.ts'

const anywhere = fc.nat({ max: 100_000 })

/** The head may be long; what is changed in it is near its begin or its end. */
function placeIn(bytes: string, at: number): number {
  return at % (bytes.length + 1)
}

const byte = fc.oneof(
  fc.constantFrom('\0', '\r', '\n', ' ', '\t', ':', '\x7f', '\xff'),
  fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)),
)

/** A header that contradicts the body, or another header. Source: RFC 9112, 6 and 11. */
const SMUGGLED: readonly string[] = [
  'Content-Length: 0',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 1e3',
  'Content-Length: 99999999999999999999',
  'Content-Length: 70000',
  'Content-Length:',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding: xchunked',
  ' folded: a',
  'No colon',
  ': no name',
  'N ame: a',
  'Trailer: x-api-key',
  'Upgrade: websocket\r\nConnection: upgrade',
  'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk',
  'Host: gateway',
]

const ENDS: readonly string[] = [
  'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n',
  'GARBAGE\r\n\r\n',
  '\r\n',
  'x',
]

export const wireChanges: Changes = fc.oneof(
  fc.tuple(anywhere, byte).map(([at, one]) =>
    damaging('a byte more', (bytes) => {
      const place = placeIn(bytes, at)
      return bytes.slice(0, place) + one + bytes.slice(place)
    }),
  ),
  fc.tuple(anywhere, byte).map(([at, one]) =>
    damaging('another byte', (bytes) => {
      const place = placeIn(bytes, at)
      return bytes.slice(0, place) + one + bytes.slice(place + 1)
    }),
  ),
  anywhere.map((at) => damaging('cut off', (bytes) => bytes.slice(0, placeIn(bytes, at)))),
  fc
    .constantFrom(...SMUGGLED)
    .map((line) =>
      damaging(`the line ${line}`, (bytes) => bytes.replace('\r\n', () => `\r\n${line}\r\n`)),
    ),
  fc.constantFrom(...ENDS).map((end) => damaging('more behind it', (bytes) => bytes + end)),
  fc.constant(damaging('lines that end without CR', (bytes) => bytes.replaceAll('\r\n', '\n'))),
  fc.constant(damaging('lines that end without LF', (bytes) => bytes.replaceAll('\r\n', '\r'))),
  fc.constant(damaging('no Host', (bytes) => bytes.replace(/^host:.*\r\n/im, ''))),
  fc.constant(damaging('blank lines before it', (bytes) => `\r\n\r\n${bytes}`)),
  fc
    .uint8Array({ minLength: 1, maxLength: 60 })
    .map((noise) => damaging('noise', () => String.fromCharCode(...noise))),
  fc.constant(damaging('the begin of TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03')),
)

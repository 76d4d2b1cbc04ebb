// Changes of headers, of the key, and of how the body is framed.

import fc from 'fast-check'
import { breaking, type Changes, harmless, withHeaders } from './change.ts'
import { KEY_NAMES } from './key-names.ts'
import type { Memory } from './memory.ts'
import { CANARY, oddTexts } from './odd-values.ts'
import { utf8Bytes } from './request.ts'

const NO_FIELD_BYTE = /[^\t -~\x80-\xff]/g

/** A text as the value of a header: its bytes, without those that no header has. Source: RFC 9110, 5.5. */
const headerTexts = oddTexts.map((text) => utf8Bytes(text).replaceAll(NO_FIELD_BYTE, ' '))

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))

const requestIds = fc.oneof(fc.stringMatching(/^[A-Za-z0-9._-]{8,64}$/), headerTexts)

const traceParents = fc.oneof(
  fc.tuple(hex(32), hex(16)).map(([trace, parent]) => `00-${trace}-${parent}-01`),
  fc.tuple(hex(32), hex(16)).map(([trace, parent]) => `cc-${trace}-${parent}-01-what-the-future`),
  fc.constantFrom(`00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`, '00-', `00-${CANARY}`),
)

/** Headers that say nothing about what is asked. The service must not mind them. */
const ofNoMeaning: readonly Changes[] = [
  requestIds.map((id) => harmless('an X-Request-Id', withHeaders('X-Request-Id', [id]))),
  traceParents.map((id) => harmless('a traceparent', withHeaders('traceparent', [id]))),
  fc
    .oneof(
      fc.constantFrom(`a ${CANARY}@example.com b`, `plg_live_${CANARY}`, `${CANARY}%40example.com`),
      fc.integer({ min: 0, max: 14_000 }).map((length) => 'a'.repeat(length)),
      fc.integer({ min: 0, max: 7_000 }).map((length) => '@ '.repeat(length)),
    )
    .map((agent) => harmless('a User-Agent', withHeaders('User-Agent', [agent]))),
  fc
    .constantFrom(
      ['Accept', 'text/html, */*;q=0.1'],
      ['Accept', 'image/png'],
      ['Accept-Encoding', 'gzip, br'],
      ['Accept-Language', 'tr, en;q=0.5'],
      ['Authorization', 'Basic YTpi'],
      ['Authorization', `Bearer ${CANARY}`],
      ['Cookie', `a=${CANARY}; b=c`],
      ['Connection', 'keep-alive, x-api-key'],
      ['Connection', 'close'],
      ['Expect', '100-continue'],
      ['Expect', 'a-coffee'],
      ['If-None-Match', '*'],
      ['Origin', 'https://elsewhere.example'],
      ['Range', 'bytes=0-1'],
      ['Upgrade', 'h2c'],
      ['Via', `1.1 ${CANARY}`],
      ['X-Http-Method-Override', 'DELETE'],
      [`X-${CANARY}`, CANARY],
      ['Host', 'elsewhere.example:99'],
      ['Host', ''],
      ['Host', `${CANARY}.example`],
    )
    .map(([name = '', value = '']) => harmless(`a ${name}`, withHeaders(name, [value]))),
]

/** A proxy's headers: only `/metrics` answers otherwise for them. */
const ofProxies: Changes = fc
  .constantFrom(
    ['Forwarded', `for=${CANARY}`],
    ['X-Forwarded-For', '203.0.113.7, 127.0.0.1'],
    ['X-Forwarded-For', `${CANARY}, ${'1,'.repeat(1_000)}`],
    ['X-Forwarded-Host', 'elsewhere.example'],
  )
  .map(([name = '', value = '']) => breaking(`a ${name}`, withHeaders(name, [value])))

const NAMES = [
  'X-Request-Id',
  'Idempotency-Key',
  'Host',
  'traceparent',
  'Content-Type',
  'x-api-key',
]

const ofRepeats: Changes = fc
  .tuple(fc.constantFrom(...NAMES), headerTexts, headerTexts)
  .map(([name, one, other]) => breaking(`two ${name}`, withHeaders(name, [one, other])))

const CONTENT_TYPES: readonly string[] = [
  '',
  'text/plain',
  'application/jsonp',
  'application/json; charset=utf-16',
  'application/json; charset=',
  'application/json;;',
  'application/json, text/plain',
  'application/json\t; charset=latin1',
  'application/vnd.api+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=a',
  'APPLICATION/JSON ; a="b;charset=utf-16"',
  `text/${CANARY}`,
  'a/b; '.repeat(1_000),
]

const ofBodies: readonly Changes[] = [
  fc
    .constantFrom(...CONTENT_TYPES)
    .map((type) => breaking('a Content-Type', withHeaders('Content-Type', [type]))),
  fc.constant(breaking('no Content-Type', withHeaders('Content-Type', []))),
  fc
    .constantFrom('gzip', 'identity', 'br', 'deflate, gzip', '')
    .map((coding) => breaking('a Content-Encoding', withHeaders('Content-Encoding', [coding]))),
  fc
    .constantFrom('application/json; charset=utf-8', 'Application/JSON;Charset="UTF-8"')
    .map((type) =>
      harmless('another Content-Type of JSON', (request) =>
        request.body === undefined ? request : withHeaders('Content-Type', [type])(request),
      ),
    ),
  fc
    .tuple(fc.integer({ min: 1, max: 70_000 }), fc.constantFrom('', ';a=b', ';a="b"'))
    .map(([size, more]) =>
      // One byte a chunk is the worst of them, and costs six times the bytes.
      harmless('a body in chunks', (request) => ({
        ...request,
        framing: { type: 'chunks', size, more },
      })),
    ),
]

function ofIdempotency(memory: Memory): readonly Changes[] {
  const earlier = fc.nat().map((index) => memory.recall('idempotencykey', index) ?? 'order-1')
  return [
    earlier.map((key) =>
      harmless('an earlier Idempotency-Key', (request) =>
        request.method === 'POST' ? withHeaders('Idempotency-Key', [key])(request) : request,
      ),
    ),
    headerTexts.map((key) =>
      breaking('an odd Idempotency-Key', withHeaders('Idempotency-Key', [key])),
    ),
  ]
}

const ofKeys: readonly Changes[] = [
  fc.constantFrom(...KEY_NAMES).map((key) => harmless(`the key ${key}`, (r) => ({ ...r, key }))),
  fc
    .oneof(headerTexts, fc.constantFrom(`plg_live_${CANARY}`.padEnd(58, 'a'), 'a'.repeat(9_000)))
    .map((text) =>
      breaking('an odd key', (request) => ({
        ...withHeaders('X-Api-Key', [text])(request),
        key: 'none',
      })),
    ),
]

const ofLength: readonly Changes[] = [
  fc
    .integer({ min: 15_000, max: 40_000 })
    .map((length) => breaking('a long header', withHeaders('X-Long', ['a'.repeat(length)]))),
  fc.integer({ min: 50, max: 4_000 }).map((count) =>
    breaking(
      'many headers',
      withHeaders(
        'X-Many',
        Array.from({ length: count }, () => 'a'),
      ),
    ),
  ),
]

export function headerChanges(memory: Memory): Changes {
  return fc.oneof(
    { weight: 4, arbitrary: fc.oneof(...ofNoMeaning) },
    { weight: 3, arbitrary: fc.oneof(...ofBodies) },
    { weight: 2, arbitrary: fc.oneof(...ofKeys) },
    { weight: 2, arbitrary: fc.oneof(...ofIdempotency(memory)) },
    { weight: 1, arbitrary: fc.oneof(ofProxies, ofRepeats, ...ofLength) },
  )
}

// The work that a request makes grows with its length, and no faster.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { InjectOptions } from 'fastify'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

/** Bytes of a header, of the parameters of a path and of a body, at their longest. */
const HEADER_BYTES = 15_500
const BODY_BYTES = 65_000

/** How much longer the longest is than the one that it is compared with. */
const TIMES_LONGER = 8

/**
 * Work in proportion takes 8 times as long, at most: what does not grow makes it less. Work by the
 * square takes 64 times as long. What stays below the floor, in milliseconds, is too little to matter.
 */
const TIMES_DEARER_MAX = 24
const FLOOR_MS = 4

/** Runs of which the quickest counts, and tries before it counts as slow: other programs run as well. */
const RUNS = 5
const TRIES = 4

/** A text of this length. */
type Shape = (length: number) => string

/** As many whole parts as there is room for, with this before them and this behind them. */
function filled(head: string, part: string | ((i: number) => string), tail: string): Shape {
  return (length) => {
    let text = head
    for (let i = 0; ; i += 1) {
      const next = typeof part === 'string' ? part : part(i)
      if (text.length + next.length + tail.length > length) return text + tail
      text += next
    }
  }
}

const repeated = (part: string) => filled('', part, '')

/** What makes an expression go back, or a loop begin anew. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'one word': repeated('a'),
  'one word, then another': filled('', 'a', ' \u00e9'),
  'many words': repeated('a '),
  blanks: filled('a', ' ', 'a'),
  tabs: filled('a', '\t ', 'a'),
  digits: repeated('1'),
  'digits with dots': repeated('1.'),
  'at signs': repeated('@'),
  'encoded at signs': repeated('%40'),
  commas: repeated(','),
  semicolons: repeated(';'),
  'equal signs': repeated('='),
  'equal signs and semicolons': repeated('a=;'),
  quotes: repeated('"'),
  'quotes with backslashes': repeated('\\"'),
  'one quote': filled('"', 'a\\', ''),
  dashes: repeated('-'),
  slashes: repeated('a/'),
  colons: repeated('::'),
  addresses: repeated('10.0.0.1, '),
  'other addresses': repeated('2001:db8::1,'),
}

/** What a header begins with before it is looked at further, and what it ends with. */
const HEADERS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  accept: [['', '']],
  'accept-language': [
    ['', ''],
    ['tr;q=', ''],
  ],
  authorization: [
    ['', ''],
    ['Basic ', ''],
    ['Basic ', '!'],
    ['Basic', '!'],
  ],
  'content-encoding': [['', '']],
  'content-type': [
    ['', ''],
    ['application/json', ''],
    ['application/json;', 'charset=utf-8'],
    ['application/json; a="', '"; charset=x'],
  ],
  cookie: [
    ['', ''],
    ['audit-zone=', ''],
    ['audit-session=', ''],
    ['audit-session=00000000.1.', ''],
  ],
  'idempotency-key': [
    ['', ''],
    ['"', '"'],
  ],
  origin: [
    ['', ''],
    ['https://', ''],
  ],
  referer: [
    ['', ''],
    ['https://', ''],
    ['http://localhost/audit/', ''],
  ],
  'sec-fetch-dest': [['', '']],
  'sec-fetch-mode': [['', '']],
  'sec-fetch-site': [['', '']],
  traceparent: [
    ['', ''],
    ['00-', ''],
    ['01-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-', ''],
  ],
  'user-agent': [
    ['', ''],
    ['plg_', '@'],
  ],
  'x-api-key': [
    ['', ''],
    ['plg_', ''],
    ['plg_live_', ''],
  ],
  'x-forwarded-for': [
    ['', ''],
    ['192.0.2.9, ', ''],
  ],
  'x-request-id': [['', '']],
}

/** What is looked at where there is no key. */
const IN_PLACE_OF_KEY = ['authorization', 'cookie']

/** Where a header is read: most of them on every page. */
function askedFor(name: string) {
  if (name.startsWith('content-')) return { method: 'POST', url: '/createSales' } as const
  const url = '/audit/sales/1'
  return name === 'referer' ? ({ method: 'POST', url: `${url}.csv` } as const) : { url }
}

/** Headers that the code reads under another name: Fastify reads it for us. */
const READ_BY_FASTIFY = ['x-forwarded-for']

const PARAMETERS: readonly (readonly [path: string, names: readonly string[]])[] = [
  ['/getContact', ['email']],
  ['/sales', ['status', 'from', 'to', 'contactId', 'limit', 'after']],
  ['/log', ['after', 'limit']],
  ['/log/consistency', ['from', 'to']],
  [
    '/audit',
    ['status', 'failedStep', 'client', 'contactId', 'from', 'to', 'zone', 'after', 'before'],
  ],
  ['/audit/find', ['q']],
  ['/audit/events', ['group', 'of', 'who', 'from', 'to', 'zone', 'after', 'before']],
  ['/audit/checkpoints', ['from', 'to', 'zone', 'after', 'before']],
  ['/audit/sales.csv', ['for', 'separator']],
  ['/audit/period', ['from', 'to', 'zone']],
  ['/audit/reader', ['language', 'zone', 'to']],
  ['/audit/sign-in', ['to']],
]

/** Whole queries. */
const QUERIES: Readonly<Record<string, Shape>> = {
  'many names': filled('', (i) => `n${i}&`, ''),
  'one name many times': repeated('limit=1&'),
  'names and values': filled('', (i) => `n${i}=${i}&`, ''),
  ampersands: repeated('&'),
  plus: repeated('+'),
  escapes: repeated('%41'),
  'half an escape': repeated('%4'),
  questions: repeated('?'),
}

const [line, contact] = ['{"productId":"1","quantity":1}', '"contactId":"1"']

/** Bodies, whose members are at their longest or most. */
const BODIES: Readonly<Record<string, Shape>> = {
  'a long contactId': filled('{"contactId":"', '1', '","products":[]}'),
  'a contactId of escapes': filled('{"contactId":"', '\\u0031', '"}'),
  'a contactId of quotes': filled('{"contactId":"', '\\"', '"}'),
  'a long number': filled('{"contactId":', '1', '}'),
  'a long fraction': filled('{"contactId":0.', '0', '1}'),
  'a long quantity': filled(`{${contact},"products":[{"productId":"1","quantity":0.`, '3', '}]}'),
  'a long productId': filled(`{${contact},"products":[{"quantity":1,"productId":"`, '1', '"}]}'),
  'many lines': filled(`{${contact},"products":[`, `${line},`, `${line}]}`),
  'many numbers for lines': filled(`{${contact},"products":[`, '1,', '1]}'),
  'many empty lines': filled(`{${contact},"products":[`, '{},', '{}]}'),
  'many unknown members': filled('{', (i) => `"n${i}":1,`, '"z":1}'),
  'unknown members of lines': filled(`{${contact},"products":[{`, (i) => `"n${i}":1,`, '"z":1}]}'),
  'one member many times': filled('{', '"a":1,', '"a":1}'),
  'each member twice': filled('{', (i) => `"n${i % 4_000}":1,`, '"z":1}'),
  'a long name': filled('{"', 'n', '":1}'),
  'a long name of slashes': filled('{"', '~1/', '":1}'),
  'a long name of escapes': filled('{"', '\\u0061', '":1}'),
  'members twice, deep down': (length) => nested('{"a":', '{"b":1,"b":2}', '}', length),
  'deep objects': (length) => nested('{"a":', '1', '}', length),
  'deep lists': (length) => nested('[', '', ']', length),
  'lists without an end': repeated('['),
  'an object without an end': repeated('{"a":'),
  'a text without an end': filled('{"a":"', '\\\\', ''),
  blanks: filled('{', ' \n\t', `${contact}}`),
  'blanks before a colon': filled('{"contactId"', ' ', ':1}'),
  'blanks behind a text': filled('["a"', ' ', ',"b"]'),
  'texts with blanks behind': filled('[', '"a"    ,', '1]'),
}

function nested(open: string, inner: string, close: string, length: number): string {
  const levels = Math.floor((length - inner.length) / (open.length + close.length))
  return `${open.repeat(levels)}${inner}${close.repeat(levels)}`
}

describe('The work for a request', () => {
  let t: TestService
  let key = ''
  before(async () => {
    t = await makeTestService({ TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8', LOG_LEVEL: 'silent' })
    key = await t.key('shop', 'admin')
  })
  after(() => t[Symbol.asyncDispose]())

  async function quickestMs(request: InjectOptions): Promise<number> {
    const times: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      const start = performance.now()
      await t.server.inject(request)
      times.push(performance.now() - start)
    }
    return Math.min(...times)
  }

  /** Makes both requests until the long one is no dearer than it may be. */
  async function assertInProportion(
    what: string,
    of: (length: number) => InjectOptions,
    max: number,
  ) {
    const [short, long] = [of(Math.floor(max / TIMES_LONGER)), of(max)]
    const seen: string[] = []
    for (let tried = 0; tried < TRIES; tried += 1) {
      const [shortMs, longMs] = [await quickestMs(short), await quickestMs(long)]
      if (longMs <= TIMES_DEARER_MAX * shortMs || longMs <= FLOOR_MS) return
      seen.push(`${longMs.toFixed(1)} ms in the place of ${shortMs.toFixed(1)} ms`)
    }
    assert.fail(`${what}: ${seen.join('; ')}`)
  }

  for (const [name, frames] of Object.entries(HEADERS)) {
    it(`grows no faster than the header ${name}`, async () => {
      for (const [shape, text] of Object.entries(SHAPES)) {
        for (const [head, tail] of frames) {
          const of = (length: number): InjectOptions => ({
            ...askedFor(name),
            headers: {
              accept: 'text/html',
              ...(IN_PLACE_OF_KEY.includes(name) ? {} : { 'x-api-key': key }),
              [name]: `${head}${text(length)}${tail}`,
            },
            ...(name.startsWith('content-') ? { payload: '{}' } : {}),
          })
          await assertInProportion(`${shape} after ${head}`, of, HEADER_BYTES)
        }
      }
    })
  }

  it('was looked at for each header that is read', () => {
    const folder = 'src/adapters/http'
    const read = new Set(READ_BY_FASTIFY)
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue
      const text = readFileSync(`${folder}/${file}`, 'utf8')
      for (const [, dotted, quoted] of text.matchAll(/headers(?:\.(\w+)|\['([^']+)'\])/g)) {
        read.add(dotted ?? quoted ?? '')
      }
    }
    assert.deepEqual([...read].sort(), Object.keys(HEADERS).sort())
  })

  for (const [path, names] of PARAMETERS) {
    it(`grows no faster than the query of ${path}`, async () => {
      const ofQuery = (query: Shape) => (length: number) => ({
        url: `${path}?${query(length)}`,
        headers: { 'x-api-key': key },
      })
      for (const [shape, query] of Object.entries(QUERIES)) {
        await assertInProportion(shape, ofQuery(query), HEADER_BYTES)
      }
      for (const name of names) {
        for (const [shape, text] of Object.entries(SHAPES)) {
          const query = (length: number) => `${name}=${encodeURI(text(length)).slice(0, length)}`
          await assertInProportion(`${shape} in ${name}`, ofQuery(query), HEADER_BYTES)
        }
      }
    })
  }

  it('grows no faster than the path', async () => {
    for (const [shape, text] of Object.entries(SHAPES)) {
      for (const head of ['/', '/sales/', '/audit/sales/']) {
        const of = (length: number) => ({
          url: `${head}${encodeURI(text(length)).slice(0, length)}`,
          headers: { 'x-api-key': key },
        })
        await assertInProportion(`${shape} after ${head}`, of, HEADER_BYTES)
      }
    }
  })

  for (const [what, body] of Object.entries(BODIES)) {
    it(`grows no faster than a body of ${what}`, async () => {
      const of = (length: number): InjectOptions => ({
        method: 'POST',
        url: '/createSales',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        payload: body(length),
      })
      assert.notEqual((await t.server.inject(of(BODY_BYTES))).statusCode, 413)
      await assertInProportion(what, of, BODY_BYTES)
    })
  }
})

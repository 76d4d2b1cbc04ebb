import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  assertNothingStarted,
  errorMessage,
  get,
  post,
  SALE,
} from '../../../support/gateway/http-requests.ts'
import { listen, parseAnswer, saleBytes, sendRaw } from '../../../support/gateway/raw-request.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

const TEXT = JSON.stringify(SALE)
const JSON_TYPE = 'application/json'
const ENCODED = 'Content-Encoding: must not be given, a body is taken as it is'
const CHARSET = 'Content-Type: its charset must be utf-8'

/** What is done to a body, the bytes, their headers, and what the caller is told. */
const NOT_AS_IT_IS = [
  ['gzip', gzipSync(TEXT), { 'content-encoding': 'gzip' }, ENCODED],
  ['deflate, that it is not', TEXT, { 'content-encoding': 'deflate' }, ENCODED],
  [
    'UTF-16',
    Buffer.from(TEXT, 'utf16le'),
    { 'content-type': `${JSON_TYPE}; charset=utf-16` },
    CHARSET,
  ],
  ['Latin 1', TEXT, { 'content-type': `${JSON_TYPE};a=b; Charset="ISO-8859-1"` }, CHARSET],
  ['no charset', TEXT, { 'content-type': `${JSON_TYPE}; charset=` }, CHARSET],
] as const

describe('A body that is not taken as it is', () => {
  for (const [what, payload, headers, message] of NOT_AS_IT_IS) {
    it(`is 415, and says so: ${what}`, async () => {
      await using t = await makeTestService()
      const key = await t.key('shop', 'sales:create')
      const answer = await t.server.inject({
        method: 'POST',
        url: '/createSales',
        headers: { 'x-api-key': key, 'content-type': JSON_TYPE, ...headers },
        payload,
      })
      assert.equal(answer.statusCode, 415)
      assert.equal(errorMessage(answer), message)
      await assertNothingStarted(t)
    })
  }

  it('is none where the charset is UTF-8 in another spelling', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    for (const charset of ['utf-8', '"UTF-8"', 'utf8', ' UTF-8 ']) {
      const headers = { 'content-type': `${JSON_TYPE}; charset=${charset}` }
      assert.equal((await post(t, key, SALE, headers)).statusCode, 200, charset)
    }
  })
})

/** A body with members that stand twice, and the names of these. */
const REPEATED: readonly (readonly [string, readonly string[]])[] = [
  [TEXT.replace('{', '{"contactId":"1",'), ['contactId']],
  [TEXT.replace('{', '{"\\u0063ontactId" :"1",'), ['contactId']],
  [TEXT.replace('{', '{ "products":[],"contactId"\n:"1",'), ['contactId', 'products']],
  [TEXT.replace('"quantity":5', '"quantity":5,"quantity":6'), ['products[1].quantity']],
  ['{"a":{"b":1,"b":2},"b":1,"a":[{"x":1,"x":1}]}', ['a.b', 'a', 'a[0].x']],
  ['{"\\"":1,"\\"":2}', ['"']],
  ['[1,{"a":1},[{"a":1,"a":2}]]', ['[2][0].a']],
  ['{"__proto__":1,"__proto__":2}', ['__proto__']],
]

describe('A member that stands twice', () => {
  for (const [body, names] of REPEATED) {
    it(`is refused by its name: ${body.slice(0, 50)}`, async () => {
      await using t = await makeTestService()
      const answer = await post(t, await t.key('shop', 'sales:create'), body)
      assert.equal(answer.statusCode, 400)
      const expected = names.map((name) => `${name}: stands more than once`)
      assert.equal(errorMessage(answer), expected.join('; '))
      await assertNothingStarted(t)
    })
  }

  it('is not one whose name stands in another object, or is a value', async () => {
    await using t = await makeTestService()
    const body = '{"a":"b","b":"a","c":[{"a":":"},{"a":"\\"b\\":"}],"d":["a","a"]}'
    const answer = await post(t, await t.key('shop', 'sales:create'), body)
    assert.doesNotMatch(errorMessage(answer), /more than once/)
  })
})

describe('The header Host', () => {
  for (const second of ['Host: gateway', 'host: elsewhere', 'HOST:']) {
    it(`must be given once: ${second}`, async () => {
      await using t = await makeTestService()
      const bytes = saleBytes(await t.key('shop', 'sales:create'))
      const twice = bytes.replace('Connection: close', `${second}\r\nConnection: close`)
      const answer = parseAnswer(await sendRaw(await listen(t), twice))
      assert.equal(answer.statusCode, 400)
      assert.equal(errorMessage(answer), 'Host: must be given once')
      await assertNothingStarted(t)
    })
  }
})

const SALE_ID = '019ab123-4567-7abc-8def-000000000001'

/** Each path with a key, and the parameters that it knows. */
const PATHS = [
  ['/', undefined],
  ['/livez', undefined],
  ['/readyz', 'verbose'],
  ['/getContact?email=a@example.com', 'email'],
  ['/sales', 'status, from, to, contactId, limit, after'],
  [`/sales/${SALE_ID}`, undefined],
  ['/log', 'after, limit'],
  ['/log/checkpoint', undefined],
  ['/log/consistency?from=0&to=0', 'from, to'],
  ['/audit', 'status, failedStep, client, contactId, from, to, zone, after, before'],
  ['/audit/sign-in', 'to'],
  [
    '/audit/sales.csv',
    'status, failedStep, client, contactId, from, to, zone, after, for, separator',
  ],
  ['/audit/find', 'q'],
  ['/audit/events', 'group, of, who, from, to, zone, after, before'],
  ['/audit/events/1', undefined],
  ['/audit/keys/none', undefined],
  ['/audit/checkpoints', 'from, to, zone, after, before'],
  ['/audit/period', 'from, to, zone'],
  ['/audit/period/events.csv', 'from, to, zone, for, separator'],
  ['/audit/period/bundle', 'from, to, zone'],
  [`/audit/sales/${SALE_ID}`, undefined],
  [`/audit/sales/${SALE_ID}.json`, undefined],
  [`/audit/sales/${SALE_ID}.csv`, 'for, separator'],
  [`/audit/sales/${SALE_ID}/bundle`, undefined],
] as const

describe('A parameter that a path does not know', () => {
  for (const [path, known] of PATHS) {
    it(`is refused by its name, with those that are known: ${path}`, async () => {
      await using t = await makeTestService()
      const url = `${path}${path.includes('?') ? '&' : '?'}contact=1`
      const answer = await get(t, await t.key('shop', 'admin'), url)
      assert.equal(answer.statusCode, 400)
      const others = known === undefined ? 'There is no parameter' : `Known: ${known}`
      assert.equal(errorMessage(answer), `contact: is not known here. ${others}`)
    })
  }

  it('is refused where a sale is asked for, after the body', async () => {
    await using t = await makeTestService()
    const ask = (payload: string, key: string) =>
      t.server.inject({
        method: 'POST',
        url: '/createSales?dryRun=1',
        headers: { 'x-api-key': key, 'content-type': JSON_TYPE },
        payload,
      })
    const key = await t.key('shop', 'sales:create')
    assert.equal((await ask(TEXT, 'unknown')).statusCode, 401)
    assert.match(errorMessage(await ask('{}', key)), /^contactId: /)
    const told = errorMessage(await ask(TEXT, key))
    assert.equal(told, 'dryRun: is not known here. There is no parameter')
    await assertNothingStarted(t)
  })

  it('is named, however long or odd its name is', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'admin')
    for (const [query, name] of [
      ['=1', '""'],
      ['__proto__=1', '__proto__'],
      [`${'n'.repeat(9_000)}=1`, 'n'.repeat(64)],
      ['limit=1&Limit=2', 'Limit'],
    ]) {
      const message = errorMessage(await get(t, key, `/log?${query}`))
      assert.equal(message, `${name}: is not known here. Known: after, limit`)
    }
  })

  it('is none of a file of the pages, whose address has its hash', async () => {
    await using t = await makeTestService()
    assert.equal((await get(t, '', '/audit/style.css?v=1')).statusCode, 200)
  })
})

describe('A path that is not there', () => {
  const BODIES = [
    ['of no type', { 'content-type': '' }, TEXT],
    ['of another type', { 'content-type': 'text/plain' }, TEXT],
    ['over the limit', { 'content-type': JSON_TYPE }, ' '.repeat(70_000)],
    ['that is no JSON', { 'content-type': JSON_TYPE }, '{'],
  ] as const
  for (const [what, headers, payload] of BODIES) {
    it(`is 404 for anybody, also with a body ${what}`, async () => {
      await using t = await makeTestService()
      const asked = { method: 'POST', url: '/createSale', headers, payload } as const
      const answer = await t.server.inject(asked)
      assert.equal(answer.statusCode, 404)
      assert.equal(errorMessage(answer), 'Not found.')
    })
  }

  it('is the one of all paths, which only OPTIONS should have', async () => {
    await using t = await makeTestService()
    const port = await listen(t)
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const bytes = `${method} * HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n`
      const answer = parseAnswer(await sendRaw(port, bytes))
      assert.equal(answer.statusCode, 404, method)
      assert.equal(errorMessage(answer), 'Not found.')
    }
  })
})

describe('A method that Fastify does not know', () => {
  it('is 405 on a path that is there, and 404 on another one', async () => {
    await using t = await makeTestService()
    const port = await listen(t)
    for (const [path, status] of [
      ['/livez', 405],
      ['/createSales', 405],
      ['/nowhere', 404],
    ] as const) {
      const bytes = `MKCOL ${path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n`
      const answer = parseAnswer(await sendRaw(port, bytes))
      assert.equal(answer.statusCode, status, path)
      errorMessage(answer)
      if (status === 405) assert.match(answer.headers['allow'] ?? '', /^(GET, HEAD|POST)$/)
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import {
  assertNothingStarted,
  errorMessage,
  get,
  holdAt,
  PATIENT,
  post,
  SALE,
  SUCCESS,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

/** Two requests at once, then one in two seconds is too many, and one a second is not. */
const RATE = { RATE_LIMIT_PER_KEY: '1', RATE_LIMIT_BURST: '2' }

const TOO_MANY = 'Too many requests with this key, nothing was started.'

/** What a key is told: its burst, what is left, and the seconds until all of it is there again. */
function told({ headers }: LightMyRequestResponse): readonly unknown[] {
  return ['limit', 'remaining', 'reset'].map((name) => headers[`ratelimit-${name}`])
}

async function clientsOf(t: TestService): Promise<readonly string[]> {
  const { sales } = await t.store.saleReader.list({ limit: 200 })
  return sales.map(({ client }) => client)
}

describe('A key that asks too often', () => {
  it('gets 429 with the seconds to wait, and is let in after them', async () => {
    await using t = await makeTestService(RATE)
    const key = await t.key('shop', 'sales:read')
    assert.equal((await get(t, key, '/sales')).statusCode, 200)
    assert.equal((await get(t, key, '/sales')).statusCode, 200)
    const refused = await get(t, key, '/sales')
    assert.equal(refused.statusCode, 429)
    assert.equal(errorMessage(refused), TOO_MANY)
    assert.equal(refused.headers['retry-after'], '1')
    assert.deepEqual(told(refused), ['2', '0', '2'])
    await t.time.pass(999)
    assert.equal((await get(t, key, '/sales')).statusCode, 429)
    await t.time.pass(1)
    assert.equal((await get(t, key, '/sales')).statusCode, 200)
  })

  it('is told what is left in each answer, errors included', async () => {
    await using t = await makeTestService({ ...RATE, RATE_LIMIT_BURST: '3' })
    const key = await t.key('shop', 'sales:read', 'contacts:read')
    assert.deepEqual(told(await get(t, key, '/sales')), ['3', '2', '1'])
    const notFound = await get(t, key, '/getContact?email=nobody@example.com')
    assert.equal(notFound.statusCode, 404)
    assert.deepEqual(told(notFound), ['3', '1', '2'])
    assert.deepEqual(told(await get(t, key, '/sales/1')), ['3', '0', '3'])
    assert.deepEqual(told(await get(t, 'unknown', '/sales')), [undefined, undefined, undefined])
    assert.deepEqual(told(await get(t, key, '/livez')), [undefined, undefined, undefined])
  })

  it('uses nothing up with parameters that are malformed, and gets 400 for them to the end', async () => {
    await using t = await makeTestService(RATE)
    const key = await t.key('auditor', 'audit:read')
    const malformed = [
      '/sales?limit=x',
      '/log?after=-1',
      '/log/consistency?from=2&to=1',
      '/log?x=1',
    ]
    for (const path of malformed) {
      const refused = await get(t, key, path)
      assert.equal(refused.statusCode, 400, path)
      assert.deepEqual(told(refused), ['2', '2', '0'], path)
    }
    for (let i = 0; i < 2; i += 1) await get(t, key, '/sales')
    assert.equal((await get(t, key, '/sales')).statusCode, 429)
    for (const path of malformed) assert.equal((await get(t, key, path)).statusCode, 400, path)
  })

  it('is limited alone: other keys, of the same client too, are let in', async () => {
    await using t = await makeTestService({ ...RATE, RATE_LIMIT_BURST: '1' })
    const [first, second] = [await t.key('shop', 'sales:read'), await t.key('shop', 'sales:read')]
    const statuses = [first, first, second].map(
      async (key) => (await get(t, key, '/sales')).statusCode,
    )
    assert.deepEqual(await Promise.all(statuses), [200, 429, 200])
  })

  it('is not limited where no rate is set, and is told of none', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:read')
    for (let i = 0; i < 100; i += 1) {
      const answer = await get(t, key, '/sales')
      assert.equal(answer.statusCode, 200)
      assert.deepEqual(told(answer), [undefined, undefined, undefined])
    }
  })

  it('begins no sale', async () => {
    await using t = await makeTestService({ ...RATE, RATE_LIMIT_BURST: '1' })
    const key = await t.key('shop', 'sales:create', 'sales:read')
    assert.equal((await get(t, key, '/sales')).statusCode, 200)
    const refused = await post(t, key)
    assert.equal(refused.statusCode, 429)
    assert.equal(errorMessage(refused), TOO_MANY)
    assert.equal(refused.headers['sale-id'], undefined)
    assert.deepEqual(told(refused), ['1', '0', '1'])
    await assertNothingStarted(t)
  })

  it('on the auditor’s pages gets a page that says so', async () => {
    await using t = await makeTestService({ ...RATE, RATE_LIMIT_BURST: '1' })
    const headers = { 'x-api-key': await t.key('auditor', 'audit:read'), accept: 'text/html' }
    const open = () => t.server.inject({ method: 'GET', url: '/audit', headers })
    assert.equal((await open()).statusCode, 200)
    const refused = await open()
    assert.equal(refused.statusCode, 429)
    assert.match(String(refused.headers['content-type']), /^text\/html/)
    assert.equal(refused.headers['retry-after'], '1')
    assert.match(refused.body, /Too many requests/)
  })
})

describe('A request is counted after all that is wrong with it was looked at', () => {
  it('so that its scope, its body, its key and its address come first', async () => {
    await using t = await makeTestService({ ...RATE, RATE_LIMIT_BURST: '1' })
    const key = await t.key('shop', 'sales:create', 'contacts:read')
    assert.equal((await post(t, key)).statusCode, 200)
    assert.equal((await post(t, key)).statusCode, 429)
    for (const [status, asked] of [
      [403, get(t, key, '/sales')],
      [404, get(t, key, '/nothing')],
      [405, get(t, key, '/createSales')],
      [400, get(t, key, '/getContact?email=x')],
      [400, get(t, key, '/getContact?email=a@example.com&x=1')],
      [415, post(t, key, SALE, { 'content-type': 'text/plain' })],
      [400, post(t, key, {})],
      [400, post(t, key, SALE, { 'idempotency-key': 'a b' })],
    ] as const) {
      const answer = await asked
      assert.equal(answer.statusCode, status, answer.body)
    }
  })

  it('so that replays are not counted, however many, nor who asks while the sale runs', async () => {
    await using t = await makeTestService({ ...RATE, ...PATIENT, RATE_LIMIT_BURST: '1' })
    const key = await t.key('shop', 'sales:create')
    const held = holdAt(t, 'create:Deals')
    const first = post(t, key, SALE, { 'idempotency-key': 'k1' })
    await held.arrived()
    assert.equal((await post(t, key, SALE, { 'idempotency-key': 'k1' })).statusCode, 409)
    held.release()
    assert.equal((await first).body, SUCCESS)
    // No time passes from here on.
    const ask = (idempotencyKey: string, body: object = SALE) =>
      t.server.inject({
        method: 'POST',
        url: '/createSales',
        headers: { 'x-api-key': key, 'idempotency-key': idempotencyKey },
        payload: body,
      })
    for (let i = 0; i < 5; i += 1) {
      const again = await ask('k1')
      assert.equal(again.statusCode, 200)
      assert.equal(again.headers['idempotent-replayed'], 'true')
    }
    assert.equal((await ask('k1', { ...SALE, products: [SALE.products[0]] })).statusCode, 422)
    assert.equal((await ask('k2')).statusCode, 429)
    assert.deepEqual(await clientsOf(t), ['shop'])
  })

  it('so that of requests with one new key at one time one is counted', async () => {
    await using t = await makeTestService({ ...RATE, RATE_LIMIT_BURST: '3' })
    const key = await t.key('shop', 'sales:create')
    const same = () => post(t, key, SALE, { 'idempotency-key': 'k1' })
    const statuses = (await Promise.all([same(), same(), same()])).map((one) => one.statusCode)
    assert.deepEqual(statuses.toSorted(), [200, 409, 409])
    assert.equal((await post(t, key)).headers['ratelimit-remaining'], '1')
  })

  it('so that a service that stops tells a key that asks too often to wait', async () => {
    await using t = await makeTestService({ ...RATE, RATE_LIMIT_BURST: '1' })
    const key = await t.key('shop', 'sales:create')
    t.service.drain()
    assert.equal((await post(t, key)).statusCode, 503)
    assert.equal((await post(t, key)).statusCode, 429)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  errorMessage,
  get,
  holdAt,
  PATIENT,
  post,
  SALE,
  SUCCESS,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

const BAD_KEY = 'a b'
const OTHER_SALE = { ...SALE, products: [SALE.products[0]] }

/** A request with everything wrong from one point on; the first wrong thing is reported. */
const JUDGED = [
  ['key', 'none', 'text/plain', '{', BAD_KEY, 401],
  ['scope', 'sales:read', 'text/plain', '{', BAD_KEY, 403],
  ['content type', 'sales:create', 'text/plain', 'x'.repeat(70_000), BAD_KEY, 415],
  ['length', 'sales:create', 'application/json', 'x'.repeat(70_000), BAD_KEY, 413],
  ['JSON', 'sales:create', 'application/json', '{', BAD_KEY, 400],
  ['members', 'sales:create', 'application/json', '{}', BAD_KEY, 400],
  ['Idempotency-Key', 'sales:create', 'application/json', JSON.stringify(SALE), BAD_KEY, 400],
] as const

/** Begins to stop the service while a sale runs, so that it still answers and begins no sale. */
async function drain(t: TestService) {
  const held = holdAt(t, 'create:Deals')
  const running = post(t, await t.key('other', 'sales:create'))
  await held.arrived()
  const stopped = t.stop()
  return async () => {
    held.release()
    assert.equal((await running).body, SUCCESS)
    await stopped
  }
}

describe('A request', () => {
  for (const [what, scope, type, body, idempotencyKey, status] of JUDGED) {
    it(`is judged by its ${what} before anything after it`, async () => {
      await using t = await makeTestService(PATIENT)
      const end = await drain(t)
      const key = scope === 'none' ? 'unknown' : await t.key('shop', scope)
      const headers = { 'content-type': type, 'idempotency-key': idempotencyKey }
      const answer = await post(t, key, body, headers)
      assert.equal(answer.statusCode, status)
      const named = what === 'Idempotency-Key' ? /^Idempotency-Key: / : /^(?!Idempotency-Key)/
      assert.match(errorMessage(answer), named)
      await end()
    })
  }

  it('is judged by its Idempotency-Key before the service turns anything away', async () => {
    await using t = await makeTestService(PATIENT)
    const key = await t.key('shop', 'sales:create')
    const first = await post(t, key, SALE, { 'idempotency-key': 'k1' })
    const end = await drain(t)
    const again = await post(t, key, SALE, { 'idempotency-key': 'k1' })
    assert.equal(again.statusCode, 200)
    assert.equal(again.headers['sale-id'], first.headers['sale-id'])
    const other = await post(t, key, OTHER_SALE, { 'idempotency-key': 'k1' })
    assert.equal(other.statusCode, 422)
    const turnedAway = await post(t, key, SALE, { 'idempotency-key': 'k2' })
    assert.equal(turnedAway.statusCode, 503)
    assert.match(errorMessage(turnedAway), /nothing was started/)
    assert.match(String(turnedAway.headers['retry-after']), /^[1-9]\d*$/)
    await end()
  })
})

const UNKNOWN_PATHS = ['/nope', '/getcontact', '/getContact/', '/sales/1/2', '/livez/', '//']

describe('An unknown path', () => {
  for (const url of UNKNOWN_PATHS) {
    it(`is 404 for anybody: ${url}`, async () => {
      await using t = await makeTestService()
      for (const key of ['', 'unknown', await t.key('shop', 'admin')]) {
        const answer = await get(t, key, url)
        assert.equal(answer.statusCode, 404)
        assert.equal(answer.body, '{"status":"error","message":"Not found."}')
        errorMessage(answer)
      }
    })
  }

  it('is 404 whatever it is sent', async () => {
    await using t = await makeTestService()
    const answer = await t.server.inject({
      method: 'POST',
      url: '/nope',
      headers: { 'content-type': 'text/plain' },
      payload: 'x'.repeat(100_000),
    })
    assert.equal(answer.statusCode, 404)
    errorMessage(answer)
  })
})

const WRONG_METHODS = [
  ['HEAD', '/createSales'],
  ['POST', '/'],
  ['POST', '/audit'],
  ['POST', '/audit/'],
  ['PUT', '/audit/sales/1'],
  ['PUT', '/audit/sales/1.csv'],
  ['PUT', '/audit/sign-in'],
  ['GET', '/audit/sign-out'],
  ['GET', '/createSales'],
  ['PUT', '/createSales'],
  ['PATCH', '/createSales'],
  ['DELETE', '/createSales'],
  ['OPTIONS', '/createSales'],
  ['TRACE', '/createSales'],
  ['POST', '/getContact?email=a@example.com'],
  ['DELETE', '/sales/019ab123-4567-7abc-8def-000000000001'],
  ['POST', '/log'],
  ['PUT', '/livez'],
] as const

/** The methods of paths that have others than to be read. */
const ALLOWED: Readonly<Record<string, string>> = {
  '/createSales': 'POST',
  '/audit/sales/1.csv': 'GET, POST',
  '/audit/sign-in': 'GET, HEAD, POST',
  '/audit/sign-out': 'POST',
}

describe('A wrong method', () => {
  for (const [method, url] of WRONG_METHODS) {
    it(`is 405 for anybody, whatever it is sent, and is told the right ones: ${method} ${url}`, async () => {
      await using t = await makeTestService()
      for (const key of ['unknown', await t.key('shop', 'admin')]) {
        const headers = { 'x-api-key': key, 'content-type': 'text/plain' }
        const payload = 'x'.repeat(100_000)
        const answer = await t.server.inject({ method: method as 'GET', url, headers, payload })
        assert.equal(answer.statusCode, 405)
        assert.equal(answer.headers['allow'], ALLOWED[url] ?? 'GET, HEAD')
        if (method !== 'HEAD') assert.equal(errorMessage(answer), 'This path has no such method.')
      }
      assert.deepEqual(t.fake.journal, [])
    })
  }
})

describe('A broken URL', () => {
  for (const url of ['/%zz', '/%', '/sales/%zz', '/%c3%28', '/getContact%2']) {
    it(`is 400: ${url}`, async () => {
      await using t = await makeTestService()
      const answer = await t.server.inject({ method: 'GET', url })
      assert.equal(answer.statusCode, 400)
      assert.equal(answer.body, '{"status":"error","message":"URL: is malformed"}')
      errorMessage(answer)
    })
  }

  it('is judged after the key where only a part of it is too long to be an id', async () => {
    await using t = await makeTestService()
    const url = `/sales/${'x'.repeat(5_000)}`
    assert.equal((await get(t, 'unknown', url)).statusCode, 401)
    assert.equal((await get(t, await t.key('shop', 'sales:read'), url)).statusCode, 404)
  })
})

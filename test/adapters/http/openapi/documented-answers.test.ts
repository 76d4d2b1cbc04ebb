import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FAILED, SUCCESS } from '../../../support/gateway/http-requests.ts'
import { listen } from '../../../support/gateway/raw-request.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'
import { type Exchange, undocumented } from '../../../support/openapi/documented.ts'

const SALE_ID = '01a228b4-8641-77a9-8d60-3adb492e6ff1'

/** A good answer of createSales. */
const GOOD: Exchange = {
  method: 'POST',
  url: '/createSales',
  status: 200,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'x-request-id': 'request-1',
    'cache-control': 'no-store',
    'sale-id': SALE_ID,
  },
  body: SUCCESS,
}

const ERROR = '{"status":"error","message":"Not found."}'

// what is wrong, what differs from the good answer, what is said of it
const WRONG: readonly (readonly [string, Partial<Exchange>, RegExp])[] = [
  ['a status', { status: 418 }, /status 418 is not documented/],
  ['a body', { body: '{"status":"success","message":"Done."}' }, /\/message must be equal/],
  ['a member too many', { body: '{"status":"success","message":"Success.","a":1}' }, /200:/],
  ['a body that is not JSON', { body: 'Success.' }, /the body is not JSON/],
  ['the body of another status', { body: FAILED }, /\/status must be equal/],
  [
    'a header that is missing',
    { headers: { ...GOOD.headers, 'x-request-id': undefined } },
    /x-request-id is missing/,
  ],
  ['a header', { headers: { ...GOOD.headers, 'x-powered-by': 'a' } }, /x-powered-by is not/],
  ['the value of a header', { headers: { ...GOOD.headers, 'sale-id': '1' } }, /sale-id: 1: /],
  [
    'a content type',
    { headers: { ...GOOD.headers, 'content-type': 'text/plain' } },
    /text\/plain is not documented/,
  ],
  ['a method', { method: 'GET' }, /GET \/createSales, which it does not have: status 200/],
  ['a path', { url: '/createSale' }, /POST of an unknown path: status 200/],
  ['the body of a HEAD', { method: 'HEAD', url: '/livez' }, /HEAD has a body/],
  [
    'a line of the log',
    {
      method: 'GET',
      url: '/log',
      headers: { ...GOOD.headers, 'content-type': 'application/x-ndjson', 'sale-id': undefined },
      body: '{"position":1}\n',
    },
    /GET \/log, 200: it must/,
  ],
]

describe('An answer', () => {
  it('is as documented', () => {
    assert.deepEqual(undocumented(GOOD), [])
    const { 'sale-id': _, ...headers } = GOOD.headers
    const none = { ...GOOD, method: 'GET', headers, status: 404, body: ERROR }
    assert.deepEqual(undocumented({ ...none, url: '/nowhere?a=1' }), [])
    assert.deepEqual(undocumented({ ...none, url: `/sales/${SALE_ID}?a=1` }), [])
  })

  for (const [what, change, said] of WRONG) {
    it(`is found out for ${what} that the document does not have`, () => {
      assert.match(undocumented({ ...GOOD, ...change }).join('\n'), said)
    })
  }

  it('of the service that is none of the document fails its test, in this process and over a socket', async () => {
    const t = await makeTestService()
    t.server.addHook('onSend', async (_request, reply) => void reply.header('x-powered-by', 'us'))
    t.server.get('/late', { config: { access: 'public' } }, async () => 'here')
    await assert.rejects(async () => t.server.inject('/late'), /x-powered-by|status 200/)
    const port = await listen(t)
    assert.equal((await fetch(`http://127.0.0.1:${port}/late`)).status, 200)
    await assert.rejects(async () => t[Symbol.asyncDispose](), /GET of an unknown path: status 200/)
  })
})

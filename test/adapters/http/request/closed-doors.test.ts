import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorMessage } from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

// Routes of this test alone. They are below /audit, because the API's document describes nothing there.
const FORGOTTEN = '/audit/forgotten'
const BROKEN = '/audit/broken'

const ORIGIN = 'https://elsewhere.example'

describe('A page of another origin', () => {
  it('may read no answer and send no key, whatever it asks for first', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'admin')
    for (const url of [
      '/',
      '/readyz',
      '/getContact?email=a@b.example',
      '/sales',
      '/log',
      '/audit',
    ]) {
      for (const method of ['OPTIONS', 'GET'] as const) {
        const preflight = {
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'x-api-key',
        }
        const headers = { origin: ORIGIN, 'x-api-key': key, ...(method === 'OPTIONS' && preflight) }
        const answer = await t.time.during(t.server.inject({ method, url, headers }))
        const allowed = Object.keys(answer.headers).filter((name) =>
          name.startsWith('access-control'),
        )
        assert.deepEqual(allowed, [], `${method} ${url}`)
        if (method === 'OPTIONS') assert.equal(answer.statusCode, 405, url)
      }
    }
  })
})

describe('A route that does not say who may use it', () => {
  it('opens for nobody, and is an error of ours', async () => {
    await using t = await makeTestService()
    let asked = 0
    t.server.get(FORGOTTEN, () => {
      asked += 1
      return {}
    })
    for (const key of [undefined, await t.key('shop', 'admin')]) {
      const headers = key === undefined ? {} : { 'x-api-key': key }
      const question = { method: 'GET', url: FORGOTTEN, headers } as const
      assert.equal((await t.time.during(t.server.inject(question))).statusCode, 500)
    }
    assert.equal(asked, 0)
    assert.match(t.logLines.join(''), /route \/audit\/forgotten has no access rule/)
  })
})

describe('A bug of our own', () => {
  it('is told to nobody but the log', async () => {
    await using t = await makeTestService()
    t.server.get(BROKEN, { config: { access: 'public' } }, () => {
      throw new RangeError('/srv/gateway has a hole')
    })
    const answer = await t.time.during(t.server.inject(BROKEN))
    assert.equal(answer.statusCode, 500)
    assert.equal(errorMessage(answer), 'Internal error.')
    assert.doesNotMatch(JSON.stringify(answer.headers) + answer.body, /srv|hole|RangeError/)
    assert.match(t.logLines.join(''), /\/srv\/gateway has a hole/)
  })
})

describe('An answer', () => {
  it('is kept by no cache, also where it is an error', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'admin')
    for (const url of [
      '/getContact?email=ayse.yilmaz@example.com',
      '/getContact',
      '/sales',
      '/nothing',
    ]) {
      const headers = { 'x-api-key': key }
      const answer = await t.time.during(t.server.inject({ method: 'GET', url, headers }))
      assert.equal(answer.headers['cache-control'], 'no-store', url)
    }
  })
})

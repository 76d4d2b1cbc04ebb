import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TURN_WORK_MS_MAX } from '../../../../src/adapters/http/limits/shed-load.ts'
import { loopWith } from '../../../support/gateway/event-loop.ts'
import {
  assertNothingStarted,
  errorMessage,
  get,
  post,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

const TOO_MUCH = 'Too many requests at the moment, nothing was started.'

/** What is answered however much there is to do. */
const ALWAYS = [
  ['/livez', 200],
  ['/readyz', 200],
  ['/', 200],
  ['/audit/style.css', 200],
  ['/nothing', 404],
] as const

describe('A turn of the event loop with too much work', () => {
  it('begins no further request, before it looks at its key, and says when to ask again', async () => {
    let workMs = TURN_WORK_MS_MAX + 1
    await using t = await makeTestService({}, { loop: loopWith(() => workMs) })
    const key = await t.key('shop', 'admin')
    for (const refused of [
      await post(t, key),
      await get(t, key, '/sales'),
      await get(t, 'unknown', '/sales'),
      await get(t, key, '/audit'),
    ]) {
      assert.equal(refused.statusCode, 503)
      assert.equal(errorMessage(refused), TOO_MUCH)
      assert.equal(refused.headers['retry-after'], '1')
    }
    await assertNothingStarted(t)
    assert.equal((await t.store.keys.list())[0]?.lastUsedAt, null)
    workMs = TURN_WORK_MS_MAX
    assert.equal((await post(t, key)).statusCode, 200)
  })

  for (const [url, status] of ALWAYS) {
    it(`answers ${url} all the same`, async () => {
      await using t = await makeTestService({}, { loop: loopWith(() => 60_000) })
      assert.equal((await t.server.inject({ method: 'GET', url })).statusCode, status)
    })
  }

  it('answers a wrong method all the same', async () => {
    await using t = await makeTestService({}, { loop: loopWith(() => 60_000) })
    assert.equal((await get(t, '', '/createSales')).statusCode, 405)
  })
})

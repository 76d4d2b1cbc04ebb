// A full disk turns new sales away.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  assertNothingStarted,
  errorMessage,
  post,
  SALE,
  SUCCESS,
} from '../../support/gateway/http-requests.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'

const FULL = 'The disk is full: no new sale can be recorded.'

describe('createSales on a full disk', () => {
  it('starts nothing, reports when to come again, and is not ready', async () => {
    let why: string | undefined = FULL
    const storage = { full: () => why, run: async () => undefined }
    await using t = await makeTestService({}, { storage })
    const key = await t.key('shop', 'sales:create')
    const answer = await post(t, key, SALE, { 'idempotency-key': 'order-1' })
    assert.equal(answer.statusCode, 503)
    assert.match(errorMessage(answer), /nothing was started/)
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    assert.equal(answer.headers['sale-id'], undefined)
    await assertNothingStarted(t)
    const ready = await t.server.inject('/readyz')
    assert.equal(ready.statusCode, 503)
    assert.deepEqual(ready.json(), { status: 'error', message: FULL })

    why = undefined
    assert.equal((await t.server.inject('/readyz')).statusCode, 200)
    const again = await post(t, key, SALE, { 'idempotency-key': 'order-1' })
    assert.equal(again.body, SUCCESS)
    why = FULL
    const replayed = await post(t, key, SALE, { 'idempotency-key': 'order-1' })
    assert.equal(replayed.body, SUCCESS)
    assert.equal(replayed.headers['idempotent-replayed'], 'true')
  })
})

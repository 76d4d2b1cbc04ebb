import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { get } from '../../support/gateway/http-requests.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'

describe('The last use of a key', () => {
  it('is stored within a minute, and at the stop', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:read')
    const lastUse = async () => (await t.store.keys.list())[0]?.lastUsedAt
    const first = t.time.clock.now()
    await get(t, key, '/sales')
    await get(t, `${key}x`, '/sales')
    assert.equal(await lastUse(), null)
    await t.time.pass(60_000)
    assert.equal(await lastUse(), first)
    const second = t.time.clock.now()
    await get(t, key, '/sales')
    await t.stop()
    assert.equal(await lastUse(), second)
  })
})

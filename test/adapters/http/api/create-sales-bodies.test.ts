import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  assertNothingStarted,
  errorMessage,
  post,
  SALE,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'
import { BAD_BODIES } from './bad-bodies.ts'

const KIB = 1_024

describe('The body of createSales', () => {
  for (const [what, body, member] of BAD_BODIES) {
    it(`is refused for ${what}, with a message that names the member`, async () => {
      await using t = await makeTestService()
      const answer = await post(t, await t.key('shop', 'sales:create'), body)
      const message = errorMessage(answer)
      assert.equal(answer.statusCode, 400, message)
      assert.ok(message.includes(`${member}: `), message)
      assert.equal(answer.headers['sale-id'], undefined)
      await assertNothingStarted(t)
    })
  }

  for (const bytes of [64 * KIB + 1, 100 * KIB, 1_024 * KIB]) {
    it(`is refused at ${bytes} bytes`, async () => {
      await using t = await makeTestService()
      // Blanks behind it are no part of what it says.
      const body = JSON.stringify(SALE).padEnd(bytes)
      const answer = await post(t, await t.key('shop', 'sales:create'), body)
      assert.equal(answer.statusCode, 413)
      assert.equal(errorMessage(answer), 'body: must not be over 64 KiB')
      await assertNothingStarted(t)
    })
  }

  const WRONG_TYPES = [
    'text/plain',
    'text/json',
    'application/json garbage',
    'application/jsonx',
    'application/json-patch+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application',
    '*/*',
    'null',
  ]

  for (const type of WRONG_TYPES) {
    it(`is refused as ${type}`, async () => {
      await using t = await makeTestService()
      const key = await t.key('shop', 'sales:create')
      const answer = await post(t, key, SALE, { 'content-type': type })
      assert.equal(answer.statusCode, 415)
      assert.equal(errorMessage(answer), 'Content-Type: must be application/json')
      await assertNothingStarted(t)
    })
  }

  it('is refused without a type', async () => {
    await using t = await makeTestService()
    const answer = await t.server.inject({
      method: 'POST',
      url: '/createSales',
      headers: { 'x-api-key': await t.key('shop', 'sales:create') },
      payload: JSON.stringify(SALE),
    })
    assert.equal(answer.statusCode, 415)
    assert.equal(errorMessage(answer), 'Content-Type: must be application/json')
    await assertNothingStarted(t)
  })

  it('is refused when it is not there at all', async () => {
    await using t = await makeTestService()
    const answer = await t.server.inject({
      method: 'POST',
      url: '/createSales',
      headers: { 'x-api-key': await t.key('shop', 'sales:create') },
    })
    assert.equal(answer.statusCode, 400)
    assert.match(errorMessage(answer), /^body: /)
    await assertNothingStarted(t)
  })

  it('names a member with a long name without repeating all of it', async () => {
    await using t = await makeTestService()
    const body = { ...SALE, ['n'.repeat(60_000)]: 1 }
    const message = errorMessage(await post(t, await t.key('shop', 'sales:create'), body))
    assert.equal(message, `${'n'.repeat(64)}: is not known`)
  })

  it('never repeats a value that was sent', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    for (const body of [
      { ...SALE, contactId: 'Selin' },
      { ...SALE, note: 'Selin' },
      '{"contactId": Selin}',
      '{"contactId":"1","products":Selin',
    ]) {
      assert.doesNotMatch(errorMessage(await post(t, key, body)), /Selin/)
    }
    assert.doesNotMatch(t.logLines.join(''), /Selin/)
  })
})

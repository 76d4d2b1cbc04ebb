import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  assertNothingStarted,
  errorMessage,
  post,
  SALE,
  SUCCESS,
  saleIdOf,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

const MALFORMED = [
  '',
  '""',
  ' ',
  '" "',
  'a b',
  '"a b"',
  'a\tb',
  'é',
  'a\u0080',
  'ключ',
  'x'.repeat(256),
]
const WELL_FORMED = [
  '"',
  'a',
  '!',
  '~',
  "'",
  '"a',
  'a"',
  'x'.repeat(255),
  `"${'x'.repeat(255)}"`,
  '{}',
]

describe('The form of an Idempotency-Key', () => {
  for (const text of MALFORMED) {
    it(`is refused: ${JSON.stringify(text).slice(0, 20)}`, async () => {
      await using t = await makeTestService()
      const key = await t.key('shop', 'sales:create')
      const answer = await post(t, key, SALE, { 'idempotency-key': text })
      assert.equal(answer.statusCode, 400)
      assert.match(errorMessage(answer), /^Idempotency-Key: must be 1 to 255 visible ASCII/)
      await assertNothingStarted(t)
    })
  }

  for (const text of WELL_FORMED) {
    it(`is taken: ${text.slice(0, 20)}`, async () => {
      await using t = await makeTestService()
      const key = await t.key('shop', 'sales:create')
      assert.equal((await post(t, key, SALE, { 'idempotency-key': text })).body, SUCCESS)
    })
  }

  it('does without the quotes around it, which are no part of it', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    const bare = await post(t, key, SALE, { 'idempotency-key': 'order' })
    const quoted = await post(t, key, SALE, { 'idempotency-key': '"order"' })
    assert.equal(saleIdOf(quoted), saleIdOf(bare))
    const half = await post(t, key, SALE, { 'idempotency-key': '"order' })
    assert.notEqual(saleIdOf(half), saleIdOf(bare))
    const twice = await post(t, key, SALE, { 'idempotency-key': '""order""' })
    assert.notEqual(saleIdOf(twice), saleIdOf(bare))
  })

  it('minds the letter case', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    const lower = await post(t, key, SALE, { 'idempotency-key': 'order' })
    const upper = await post(t, key, SALE, { 'idempotency-key': 'ORDER' })
    assert.notEqual(saleIdOf(upper), saleIdOf(lower))
  })
})

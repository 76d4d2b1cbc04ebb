// One Idempotency-Key makes one sale, and gets one answer.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  calls,
  errorMessage,
  eventTypes,
  FAILED,
  holdAt,
  live,
  onlySale,
  post,
  SALE,
  SUCCESS,
  saleIdOf,
} from '../../support/gateway/http-requests.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'

const [line, otherLine] = SALE.products
const KEY = { 'idempotency-key': 'order-4711' }

/** As many as a storm of retries may bring. */
const AT_ONCE = 100

describe('An Idempotency-Key', () => {
  it('makes one sale of 100 requests at once', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    const held = holdAt(t, 'create:Quotes')
    const storm = Array.from({ length: AT_ONCE }, () => post(t, key, SALE, KEY))
    await held.arrived()
    held.release()
    const answers = await Promise.all(storm)
    const [first, ...others] = answers.filter(
      ({ statusCode, headers }) =>
        statusCode === 200 && headers['idempotent-replayed'] === undefined,
    )
    assert.equal(first?.body, SUCCESS)
    assert.deepEqual(others, [])
    const { saleId } = await onlySale(t)
    for (const answer of answers) {
      assert.equal(saleIdOf(answer), saleId)
      if (answer.statusCode !== 200) {
        assert.equal(answer.statusCode, 409)
        assert.equal(errorMessage(answer), 'Idempotency-Key: its sale is still running')
      }
    }
    assert.deepEqual(live(t), [1, 1, 1])
    assert.equal(calls(t, 'create:').length, 3)
  })

  it('makes one failed sale of 100 requests at once', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => post(t, key, SALE, KEY)),
    )
    await onlySale(t)
    assert.ok(answers.every(({ statusCode }) => statusCode === 500 || statusCode === 409))
    assert.equal(calls(t, 'create:Deals').length, 1)
    assert.deepEqual(live(t), [0, 0, 0])
    assert.equal(t.mails.length, 1)
  })

  it('is 409 with the sale of the first request while that runs', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    const held = holdAt(t, 'create:Sales_Orders')
    const running = post(t, key, SALE, KEY)
    await held.arrived()
    const answer = await post(t, key, SALE, KEY)
    assert.equal(answer.statusCode, 409)
    assert.match(errorMessage(answer), /^Idempotency-Key: /)
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    assert.equal(answer.headers['idempotent-replayed'], undefined)
    held.release()
    assert.equal(saleIdOf(answer), saleIdOf(await running))
  })

  it('is 500 already while the sale is rolled back', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    const held = holdAt(t, 'delete:Deals')
    const running = post(t, key, SALE, KEY)
    await held.arrived()
    const answer = await post(t, key, SALE, KEY)
    assert.equal(answer.body, FAILED)
    assert.equal(answer.headers['idempotent-replayed'], 'true')
    held.release()
    assert.equal((await running).headers['idempotent-replayed'], undefined)
  })

  it('brings the first answer again after a success', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    const first = await post(t, key, SALE, KEY)
    const callsMade = t.fake.journal.length
    for (let again = 0; again < 3; again += 1) {
      const answer = await post(t, key, SALE, KEY)
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.body, SUCCESS)
      assert.equal(answer.headers['idempotent-replayed'], 'true')
      assert.equal(saleIdOf(answer), saleIdOf(first))
      assert.equal(answer.headers['content-type'], first.headers['content-type'])
    }
    assert.equal(t.fake.journal.length, callsMade)
    assert.equal((await eventTypes(t, saleIdOf(first))).length, 6)
  })

  it('brings the first answer again after a failure, and tries nothing again', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'refuse' } })
    const first = await post(t, key, SALE, KEY)
    assert.equal(first.headers['idempotent-replayed'], undefined)
    const answer = await post(t, key, SALE, KEY)
    assert.equal(answer.statusCode, 500)
    assert.equal(answer.body, FAILED)
    assert.equal(answer.headers['idempotent-replayed'], 'true')
    assert.deepEqual(
      [first, answer].map(({ headers }) => headers['sale-failure']),
      ['deal', 'deal'],
    )
    assert.equal(saleIdOf(answer), saleIdOf(first))
    assert.equal(calls(t, 'create:').length, 1)
    assert.equal(t.mails.length, 1)
  })

  const OTHER_BODIES = [
    ['another contact', { ...SALE, contactId: '1' }],
    ['another product', { ...SALE, products: [line, { ...otherLine, productId: '1' }] }],
    ['another quantity', { ...SALE, products: [line, { ...otherLine, quantity: 5.0001 }] }],
    ['a line less', { ...SALE, products: [line] }],
    ['a line more', { ...SALE, products: [line, otherLine, line] }],
    ['the lines in another order', { ...SALE, products: [otherLine, line] }],
    ['a zero before an id', { ...SALE, contactId: `0${SALE.contactId}` }],
  ] as const

  for (const [what, body] of OTHER_BODIES) {
    it(`is 422 with ${what}`, async () => {
      await using t = await makeTestService()
      const key = await t.key('shop', 'sales:create')
      await post(t, key, SALE, KEY)
      const answer = await post(t, key, body, KEY)
      assert.equal(answer.statusCode, 422)
      assert.equal(errorMessage(answer), 'Idempotency-Key: was used with another body')
      assert.equal(answer.headers['sale-id'], undefined)
      await onlySale(t)
    })
  }

  it('is 422 with another body while the sale of the first one runs', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    const held = holdAt(t, 'create:Deals')
    const running = post(t, key, SALE, KEY)
    await held.arrived()
    assert.equal((await post(t, key, { ...SALE, contactId: '1' }, KEY)).statusCode, 422)
    held.release()
    assert.equal((await running).body, SUCCESS)
  })

  const SAME_BODIES = [
    ['white space', `\n\t ${JSON.stringify(SALE, null, 4)} `],
    ['members in another order', JSON.stringify(reversed(SALE))],
    ['numbers written otherwise', JSON.stringify(SALE).replace(':2}', ':2.0e0}')],
    ['escaped digits', JSON.stringify(SALE).replace('"5', '"\\u0035')],
  ] as const

  for (const [what, body] of SAME_BODIES) {
    it(`stands for the same request with ${what}`, async () => {
      await using t = await makeTestService()
      const key = await t.key('shop', 'sales:create')
      const first = await post(t, key, SALE, KEY)
      assert.notEqual(body, JSON.stringify(SALE))
      assert.equal(saleIdOf(await post(t, key, body, KEY)), saleIdOf(first))
    })
  }

  it('may be used again after a request that was refused', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    assert.equal((await post(t, key, {}, KEY)).statusCode, 400)
    assert.equal((await post(t, key, SALE, KEY)).body, SUCCESS)
  })

  it('belongs to a client, whatever key of it is shown', async () => {
    await using t = await makeTestService()
    const shop = await post(t, await t.key('shop', 'sales:create'), SALE, KEY)
    const again = await post(t, await t.key('shop', 'sales:create'), SALE, KEY)
    assert.equal(saleIdOf(again), saleIdOf(shop))
    const kiosk = await post(t, await t.key('kiosk', 'sales:create'), SALE, KEY)
    assert.notEqual(saleIdOf(kiosk), saleIdOf(shop))
    assert.equal(kiosk.headers['idempotent-replayed'], undefined)
    assert.deepEqual(live(t), [2, 2, 2])
  })

  it('that is not there makes a sale each time', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    const ids = [saleIdOf(await post(t, key)), saleIdOf(await post(t, key))]
    assert.equal(new Set(ids).size, 2)
    assert.ok((ids[0] ?? '') < (ids[1] ?? ''), 'ids grow with time')
  })
})

function reversed({ contactId, products }: typeof SALE) {
  return {
    products: products.map(({ productId, quantity }) => ({ quantity, productId })),
    contactId,
  }
}

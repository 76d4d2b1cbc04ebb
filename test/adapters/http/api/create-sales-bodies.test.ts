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

const ID_WANTED = 'must be 1 to 20 digits, as a string'
const QUANTITY_WANTED = 'must be a number above 0, at most 1,000,000,000, with at most 4 decimals'
const { contactId, products } = SALE

const TOLD: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['an id that is a number', { contactId: 5, products }, [`contactId: ${ID_WANTED}`]],
  ['an id with letters', { contactId: 'x', products }, [`contactId: ${ID_WANTED}`]],
  ['no lines', { contactId, products: [] }, ['products: must be a list of 1 to 200 lines']],
  ['nothing', {}, ['contactId: is missing', 'products: is missing']],
  ['a text', '"x"', ['body: must be an object with the members contactId and products']],
  [
    'one is missing, another is unknown',
    { contactID: '1', products, note: '' },
    ['contactId: is missing', 'contactID: is not known', 'note: is not known'],
  ],
  [
    'something of each kind',
    {
      contactId: '',
      products: [{ quantity: 0, price: 1 }, 7, { productId: 1, quantity: 1.23456 }],
    },
    [
      `contactId: ${ID_WANTED}`,
      'products[0].productId: is missing',
      'products[0].price: is not known',
      `products[0].quantity: ${QUANTITY_WANTED}`,
      'products[1]: must be an object with the members productId and quantity',
      `products[2].productId: ${ID_WANTED}`,
      `products[2].quantity: ${QUANTITY_WANTED}`,
    ],
  ],
]

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

  for (const [what, body, told] of TOLD) {
    it(`is told all of its mistakes in the words of a person: ${what}`, async () => {
      await using t = await makeTestService()
      const answer = await post(t, await t.key('shop', 'sales:create'), body)
      assert.equal(answer.statusCode, 400)
      assert.equal(errorMessage(answer), told.join('; '))
    })
  }

  it('is told a hundred mistakes, and that there are more', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    for (const body of [
      { ...SALE, products: Array(200).fill({}) },
      Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`n${i}`, i])),
    ]) {
      const told = errorMessage(await post(t, key, body)).split('; ')
      assert.deepEqual([told.length, told.at(-1)], [101, 'and more'])
    }
  })

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

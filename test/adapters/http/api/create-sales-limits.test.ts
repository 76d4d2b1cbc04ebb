import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  FAILED,
  live,
  onlySale,
  post,
  SALE,
  SUCCESS,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

const [line, otherLine] = SALE.products
const TEXT = JSON.stringify(SALE)

function withQuantity(text: string): string {
  return JSON.stringify({ ...SALE, products: [{ ...line, quantity: '?' }] }).replace('"?"', text)
}

/** The same request with its members in the order of `names`. */
function inOrder(...names: readonly string[]): string {
  return JSON.stringify(SALE, [...names])
}

/** What is at a limit, the body, and the amount of its Deal at a price of 1250 and 89.9. */
const TAKEN = [
  ['one line', JSON.stringify({ ...SALE, products: [line] }), '2500.00'],
  ['200 lines', JSON.stringify({ ...SALE, products: Array(200).fill(otherLine) }), '89900.00'],
  ['a product named twice', JSON.stringify({ ...SALE, products: [line, line] }), '5000.00'],
  ['a quantity of 1e9', withQuantity('1e9'), '1250000000000.00'],
  ['a quantity of 1000000000', withQuantity('1000000000'), '1250000000000.00'],
  ['a quantity of 0.0001', withQuantity('0.0001'), '0.13'],
  ['a quantity of 1e-4', withQuantity('1e-4'), '0.13'],
  ['a quantity with 4 decimals', withQuantity('1.2345'), '1543.13'],
  ['a quantity with zeros behind', withQuantity('2.000000'), '2500.00'],
  ['a quantity of 2E0', withQuantity('2E0'), '2500.00'],
  ['a quantity of 0.3, which is no binary fraction', withQuantity('0.3'), '375.00'],
  ['a byte order mark', `\uFEFF${TEXT}`, '2949.50'],
  ['64 KiB', TEXT.padEnd(64 * 1_024), '2949.50'],
  ['other members first', inOrder('products', 'quantity', 'productId', 'contactId'), '2949.50'],
  ['escaped characters', TEXT.replace('contactId', '\\u0063ontactId'), '2949.50'],
] as const

const TYPES = [
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'APPLICATION/JSON',
  'application/json ',
]

describe('A sale at the limits of the contract', () => {
  for (const [what, body, amount] of TAKEN) {
    it(`is made with ${what}`, async () => {
      await using t = await makeTestService()
      const answer = await post(t, await t.key('shop', 'sales:create'), body)
      assert.equal(answer.body, SUCCESS)
      assert.deepEqual(live(t), [1, 1, 1])
      const priced = (await onlySale(t)).events.find(({ type }) => type === 'SalePriced')
      assert.equal(priced?.data['amount'], amount)
    })
  }

  for (const type of TYPES) {
    it(`is made as ${type}`, async () => {
      await using t = await makeTestService()
      const key = await t.key('shop', 'sales:create')
      const answer = await post(t, key, SALE, { 'content-type': type })
      assert.equal(answer.body, SUCCESS)
    })
  }

  const NOBODY = '9'.repeat(20)
  const STRANGERS = [
    ['a contact of 20 digits', { ...SALE, contactId: NOBODY }, 'contact'],
    ['a contact of one digit', { ...SALE, contactId: '0' }, 'contact'],
    ['a product of 20 digits', { ...SALE, products: [{ ...line, productId: NOBODY }] }, 'products'],
    ['a product of one digit', { ...SALE, products: [{ ...line, productId: '0' }] }, 'products'],
  ] as const

  for (const [what, body, step] of STRANGERS) {
    it(`begins with ${what}, and fails because the CRM does not know it`, async () => {
      await using t = await makeTestService()
      const answer = await post(t, await t.key('shop', 'sales:create'), body)
      assert.equal(answer.statusCode, 500)
      assert.equal(answer.body, FAILED)
      assert.equal((await onlySale(t)).failure?.step, step)
    })
  }
})

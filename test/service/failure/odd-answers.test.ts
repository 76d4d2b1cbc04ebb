// The whole service in front of a Zoho that answers as real organisations do: in words of its own,
// with fields that are hidden, and with records that people have deleted.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import { SAMPLE_PRODUCT_IDS } from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import {
  calls,
  FAILED,
  get,
  live,
  onlySale,
  post,
  SUCCESS,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

/** Zoho has done nothing, and answers this. */
function answer(status: number, body?: object | string): FaultKind {
  const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? '')
  return { type: 'status', status, body: text }
}

function error(code: string, message: string, details: object = {}): object {
  return { code, status: 'error', message, details }
}

async function sell(t: TestService) {
  return post(t, await t.key('shop', 'sales:create'))
}

/** Sells, and waits until nothing is left to do for the one sale. */
async function sellToTheEnd(t: TestService) {
  assert.equal((await sell(t)).body, FAILED)
  const { saleId } = await onlySale(t)
  await untilEvent(t, saleId, 'SaleRolledBack')
  return onlySale(t)
}

describe('A dead token', () => {
  for (const word of [
    'INVALID_TOKEN',
    'INVALID_OAUTHTOKEN',
    'AUTHENTICATION_FAILED',
    'TOKEN_GONE',
  ]) {
    it(`is renewed at once, and costs no sale, whatever the word is (${word})`, async () => {
      await using t = await makeTestService()
      assert.equal((await sell(t)).body, SUCCESS)
      for (const operation of ['list:Products', 'create:Deals', 'create:Quotes'] as const) {
        t.fake.faults.clear()
        t.fake.faults.add({ operation, kind: answer(401, error(word, 'no')) })
        assert.equal((await sell(t)).body, SUCCESS)
      }
    })
  }
})

describe('A record of a rollback that a person has deleted', () => {
  const GONE: readonly FaultKind[] = [
    answer(400, error('INVALID_DATA', 'the id given seems to be invalid')),
    answer(400, error('INVALID_DATA', 'kayıt bulunamadı')),
    answer(400, error('RECORD_GONE', 'no')),
    answer(204),
    answer(404),
    answer(404, '<html>'),
  ]
  for (const kind of GONE) {
    it(`does not hold up those below it: ${JSON.stringify(kind)}`, async () => {
      await using t = await makeTestService()
      t.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
      t.fake.faults.add({ operation: 'delete:Quotes', times: Infinity, kind })
      t.fake.hooks.before = (operation) => {
        if (operation !== 'delete:Quotes') return
        for (const { id } of t.fake.records.live('Quotes')) t.fake.records.remove('Quotes', id)
      }
      const sale = await sellToTheEnd(t)
      assert.equal(sale.status, 'rolled_back')
      assert.deepEqual(live(t), [0, 0, 0])
      assert.deepEqual(calls(t, 'delete:'), ['delete:Quotes', 'delete:Deals'])
      assert.equal(t.mails.length, 1)
    })
  }
})

describe('A rollback behind a proxy that answers 404 for a moment', () => {
  it('leaves nothing, whatever the page is for', async () => {
    await using t = await makeTestService()
    t.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
    for (const module of ['Deals', 'Quotes'] as const) {
      t.fake.faults.add({ operation: `delete:${module}`, kind: answer(404, '<html>') })
      t.fake.faults.add({ operation: `get:${module}`, kind: answer(404, '<html>') })
    }
    assert.equal((await sellToTheEnd(t)).status, 'rolled_back')
    assert.deepEqual(live(t), [0, 0, 0])
  })
})

describe('A record that Zoho names and does not show', () => {
  const made = { operation: 'create:Deals', kind: { type: 'resetAfter' } } as const

  it('is deleted by its id', async () => {
    await using t = await makeTestService()
    const state = { type: 'hidden', isDeletable: true } as const
    t.fake.settings.change({ newRecords: [{ module: 'Deals', state }] })
    t.fake.faults.add(made)
    const { failure } = await sellToTheEnd(t)
    assert.equal(failure?.step, 'deadline')
    assert.deepEqual(live(t), [0, 0, 0])
    assert.equal(calls(t, 'delete:Deals').length, 1)
  })

  it('is a leftover while its delete is refused', async () => {
    await using t = await makeTestService({ STUCK_AFTER_MS: '5000' })
    t.fake.settings.change({ newRecords: [{ module: 'Deals', state: { type: 'pending' } }] })
    t.fake.faults.add(made)
    assert.equal((await sell(t)).body, FAILED)
    const { saleId } = await onlySale(t)
    await untilEvent(t, saleId, 'SaleStuck')
    const { events } = await onlySale(t)
    const stuck = events.find(({ type }) => type === 'SaleStuck')
    const [deal] = t.fake.records.live('Deals')
    assert.ok(deal !== undefined)
    assert.partialDeepStrictEqual(stuck?.data, { leftovers: [{ step: 'deal', id: deal.id }] })
  })
})

describe('A contact that Zoho finds and does not show', () => {
  for (const shows of ['null', 'absent', 'masked'] as const) {
    it(`is no 404 (its address comes ${shows})`, async () => {
      await using t = await makeTestService()
      t.fake.settings.change({ hiddenFields: [{ module: 'Contacts', field: 'Email', shows }] })
      const key = await t.key('shop', 'contacts:read')
      const told = await get(t, key, '/getContact?email=info@poligonmuhendislik.com')
      assert.equal(told.statusCode, 502)
      assert.match(t.logLines.join(''), /the CRM does not show the (field )?Email of a contact/)
      const none = await get(t, key, '/getContact?email=nobody@example.com')
      assert.equal(none.statusCode, 404)
    })
  }

  const HIDDEN = [
    ['Contacts', 'Account_Name', 'Account_Name'],
    ['Accounts', 'Billing_City', 'Account_Name.Billing_City'],
    ['Accounts', 'Shipping_Code', 'Account_Name.Shipping_Code'],
  ] as const
  for (const [module, field, column] of HIDDEN) {
    it(`makes no sale, at once, and the reason names ${column}`, async () => {
      await using t = await makeTestService()
      t.fake.settings.change({ hiddenFields: [{ module, field, shows: 'absent' }] })
      assert.equal((await sell(t)).body, FAILED)
      assert.equal(calls(t, 'coql:').length, 1)
      assert.deepEqual((await onlySale(t)).failure, {
        step: 'contact',
        message: `the CRM does not show the field ${column} of the contact: it is hidden from the API, or its right is missing`,
      })
    })
  }
})

describe('A product that cannot be sold', () => {
  const [id] = SAMPLE_PRODUCT_IDS
  const PRODUCT = { id, Product_Name: 'Motor', Unit_Price: 19.99, Product_Active: true }
  const ROWS = [
    [{ ...PRODUCT, Unit_Price: '19.99' }, `product ${id} has a price in the CRM that is no number`],
    [{ ...PRODUCT, Product_Name: null }, `product ${id} has no name in the CRM`],
  ] as const
  for (const [row, message] of ROWS) {
    it(`is refused at once: ${message}`, async () => {
      await using t = await makeTestService()
      const kind = answer(200, { data: [row] })
      t.fake.faults.add({ operation: 'list:Products', times: Infinity, kind })
      assert.equal((await sell(t)).body, FAILED)
      assert.equal(calls(t, 'list:Products').length, 1)
      assert.deepEqual((await onlySale(t)).failure, { step: 'products', message })
    })
  }
})

describe('A throttle word', () => {
  const WORD = 'URL_ROLLING_THROTTLES_LIMIT_EXCEEDED'
  const THROTTLED = [
    answer(400, error(WORD, 'no')),
    answer(400, error('INTERNAL_ERROR', WORD)),
    answer(403, error('TOO_MANY_REQUESTS', 'no')),
    answer(503, error(WORD, 'no')),
  ]
  for (const kind of THROTTLED) {
    it(`costs no sale: ${JSON.stringify(kind)}`, async () => {
      await using t = await makeTestService({ SALE_DEADLINE_MS: '20000' })
      for (const operation of ['list:Products', 'create:Deals', 'create:Quotes'] as const) {
        t.fake.faults.add({ operation, kind })
      }
      assert.equal((await sell(t)).body, SUCCESS)
      assert.deepEqual(live(t), [1, 1, 1])
    })
  }
})

describe('A refusal in the words of the organisation', () => {
  const RULE = "Tutar 1000 TL'den büyük olmalı"
  const place = { api_name: 'List_Price', json_path: '$.data[0].Quoted_Items[2].List_Price' }

  it('is on record by its code, its field and its line, and whole in the mail only', async () => {
    await using t = await makeTestService({ LOG_LEVEL: 'trace' })
    const kind = answer(400, { data: [error('INVALID_DATA', RULE, place)] })
    t.fake.faults.add({ operation: 'create:Quotes', kind })
    const sale = await sellToTheEnd(t)
    const message = 'INVALID_DATA: … (List_Price, line 3)'
    assert.deepEqual(sale.failure, { step: 'quote', message })
    assert.doesNotMatch(`${t.logLines.join('')} ${JSON.stringify(sale.events)}`, /Tutar|olmal/)
    await t.time.until('a mail is sent', () => t.mails.length > 0)
    assert.ok(t.mails[0]?.text.includes(RULE))
  })

  it('leaves the step open where its word is not known: the second look finds the record', async () => {
    await using t = await makeTestService()
    const kind = { ...answer(409, error('BRAND_NEW', 'no')), type: 'statusAfter' } as const
    t.fake.faults.add({ operation: 'create:Quotes', kind })
    const sale = await sellToTheEnd(t)
    const types = sale.events.map(({ type }) => type)
    assert.ok(types.indexOf('CreateUnanswered') < types.indexOf('CompensationRequired'))
    assert.ok(types.includes('QuoteCreated'), 'a look has found it')
    assert.deepEqual(live(t), [0, 0, 0])
  })
})

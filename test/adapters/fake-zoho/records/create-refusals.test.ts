import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Json, JsonObject } from '../../../../src/adapters/fake-zoho/schema/json.ts'
import {
  SAMPLE_ACCOUNT_ID,
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { DEFAULT_SETTINGS } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import { at, create, DEAL, ORIGIN, openSession, replyOf } from '../support.ts'

const [motor] = SAMPLE_PRODUCT_IDS
const LINE = { Product_Name: { id: motor }, Quantity: 2, List_Price: 1250 }
const QUOTE = { Subject: 'Sale 1', Quoted_Items: [LINE] }
const ORDER = { Subject: 'Sale 1', Ordered_Items: [LINE] }

describe('A record that is wrong', () => {
  type Case = readonly [
    name: string,
    module: string,
    record: JsonObject,
    code: string,
    details: JsonObject,
    message: string,
  ]
  const dealPath = (field: string) => ({ api_name: field, json_path: `$.data[0].${field}` })
  const missing = (module: string, record: JsonObject, field: string): Case => [
    `a ${module} record without ${field}`,
    module,
    record,
    'MANDATORY_NOT_FOUND',
    dealPath(field),
    'required field not found',
  ]
  const type = (field: string, value: Json, expected: string): Case => [
    `${field} given as ${JSON.stringify(value)}`,
    'Deals',
    { ...DEAL, [field]: value },
    'INVALID_DATA',
    { expected_data_type: expected, ...dealPath(field) },
    'invalid data',
  ]
  const link = (module: string, record: JsonObject, field: string, id: string): Case => [
    `a ${module} record whose ${field} is not there`,
    module,
    { ...record, [field]: { id } },
    'INVALID_DATA',
    dealPath(field),
    'the id given seems to be invalid',
  ]
  const inLine = (name: string, line: JsonObject, code: string, details: JsonObject): Case => [
    name,
    'Quotes',
    { ...QUOTE, Quoted_Items: [LINE, line] },
    code,
    details,
    code === 'MANDATORY_NOT_FOUND'
      ? 'required field not found'
      : 'the id given seems to be invalid',
  ]
  const product = { api_name: 'Product_Name', json_path: '$.data[0].Quoted_Items[1].Product_Name' }
  const cases: readonly Case[] = [
    missing('Deals', { ...DEAL, Deal_Name: '' }, 'Deal_Name'),
    missing('Deals', { ...DEAL, Stage: null }, 'Stage'),
    missing('Deals', { Deal_Name: 'x', Stage: 'y' }, 'Closing_Date'),
    missing('Quotes', { Quoted_Items: [LINE] }, 'Subject'),
    missing('Quotes', { ...QUOTE, Quoted_Items: [] }, 'Quoted_Items'),
    missing('Sales_Orders', { Ordered_Items: [LINE] }, 'Subject'),
    missing('Sales_Orders', { Subject: 'x' }, 'Ordered_Items'),
    type('Deal_Name', 7, 'text'),
    type('Amount', '12.50', 'double'),
    type('Closing_Date', '31.03.2026', 'date'),
    type('Closing_Date', '2026-02-30', 'date'),
    type('Closing_Date', '2026-03', 'date'),
    type('Contact_Name', SAMPLE_CONTACT_ID, 'jsonobject'),
    [
      'a text that is too long',
      'Deals',
      { ...DEAL, Deal_Name: 'x'.repeat(256) },
      'INVALID_DATA',
      { maximum_length: 255, ...dealPath('Deal_Name') },
      'invalid data',
    ],
    [
      'a value that its list does not have',
      'Quotes',
      { ...QUOTE, Quote_Stage: 'Sent' },
      'INVALID_DATA',
      { supported_values: DEFAULT_SETTINGS.picklists.Quote_Stage, ...dealPath('Quote_Stage') },
      'invalid data',
    ],
    [
      'lines that are no list',
      'Quotes',
      { ...QUOTE, Quoted_Items: { id: '1' } },
      'INVALID_DATA',
      { expected_data_type: 'jsonarray', ...dealPath('Quoted_Items') },
      'invalid data',
    ],
    [
      'a line that is no object',
      'Quotes',
      { ...QUOTE, Quoted_Items: ['x'] },
      'INVALID_DATA',
      {
        expected_data_type: 'jsonobject',
        api_name: 'Quoted_Items',
        json_path: '$.data[0].Quoted_Items[0]',
      },
      'invalid data',
    ],
    link('Deals', DEAL, 'Contact_Name', '550428000000000001'),
    link('Deals', DEAL, 'Contact_Name', SAMPLE_ACCOUNT_ID),
    link('Deals', DEAL, 'Account_Name', SAMPLE_CONTACT_ID),
    link('Quotes', QUOTE, 'Deal_Name', SAMPLE_CONTACT_ID),
    link('Sales_Orders', ORDER, 'Deal_Name', SAMPLE_CONTACT_ID),
    link('Sales_Orders', ORDER, 'Quote_Name', SAMPLE_CONTACT_ID),
    inLine('a line without a product', { Quantity: 1 }, 'MANDATORY_NOT_FOUND', product),
    inLine('a line with no such product', { Product_Name: { id: '1' } }, 'INVALID_DATA', product),
  ]
  for (const [name, module, record, code, details, message] of cases) {
    it(`is refused for ${name}`, async () => {
      const { call, fake } = await openSession()
      const answer = await call('POST', `/crm/v8/${module}`, { data: [record] })
      assert.deepEqual(answer, {
        status: 400,
        body: { data: [{ code, details, message, status: 'error' }] },
      })
      assert.deepEqual([fake.records.live('Deals'), fake.records.live('Quotes')], [[], []])
    })
  }

  it('is refused when it points at a record that was deleted', async () => {
    const session = await openSession()
    const deal = await create(session, 'Deals', DEAL)
    await session.call('DELETE', `/crm/v8/Deals/${deal}`)
    const record = { ...QUOTE, Deal_Name: { id: deal } }
    const { status, body } = await session.call('POST', '/crm/v8/Quotes', { data: [record] })
    assert.equal(status, 400)
    assert.equal(at(body, 'data', 0, 'message'), 'the id given seems to be invalid')
  })

  it('is refused alone, at its place, while the others are created with 207', async () => {
    const { call, fake } = await openSession()
    const { status, body } = await call('POST', '/crm/v8/Deals', {
      data: [DEAL, { ...DEAL, Stage: null }, 'x', DEAL],
    })
    assert.equal(status, 207)
    const items = [0, 1, 2, 3].map((index) => at(body, 'data', index, 'status'))
    assert.deepEqual(items, ['success', 'error', 'error', 'success'])
    assert.equal(at(body, 'data', 1, 'details', 'json_path'), '$.data[1].Stage')
    assert.equal(at(body, 'data', 2, 'details', 'json_path'), '$.data[2]')
    assert.equal(fake.records.live('Deals').length, 2)
  })
})

describe('A create call that is wrong as a whole', () => {
  const place = { api_name: 'data', json_path: '$.data' }
  const noArray = { expected_data_type: 'jsonarray', ...place }
  const length = { minimum_length: 1, maximum_length: 100, ...place }
  const trigger = { ...noArray, api_name: 'trigger', json_path: '$.trigger' }
  const many = Array.from({ length: 101 }, () => DEAL)
  const cases: readonly (readonly [string, Json, string, JsonObject])[] = [
    ['no data', {}, 'MANDATORY_NOT_FOUND', place],
    ['data that is no list', { data: DEAL }, 'INVALID_DATA', noArray],
    ['an empty list', { data: [] }, 'INVALID_DATA', length],
    ['over 100 records', { data: many }, 'INVALID_DATA', length],
    ['a trigger that is no list', { data: [DEAL], trigger: 'none' }, 'INVALID_DATA', trigger],
    ['a body that is no object', [DEAL], 'INVALID_DATA', { expected_data_type: 'jsonobject' }],
  ]
  for (const [name, body, code, details] of cases) {
    it(`is refused flat for ${name}`, async () => {
      const { call, fake } = await openSession()
      const answer = await call('POST', '/crm/v8/Deals', body)
      assert.equal(answer.status, 400)
      assert.equal(at(answer.body, 'code'), code)
      assert.deepEqual(at(answer.body, 'details'), details)
      assert.deepEqual(fake.records.live('Deals'), [])
    })
  }

  it('is refused flat for a body that is no JSON', async () => {
    const session = await openSession()
    const { headers } = session.request('GET', '/')
    const init = { method: 'POST', headers, body: '{' }
    const answer = await replyOf(
      await session.fake.fetch(new Request(`${ORIGIN}/crm/v8/Deals`, init)),
    )
    assert.equal(answer.status, 400)
    assert.equal(at(answer.body, 'code'), 'INVALID_DATA')
  })
})

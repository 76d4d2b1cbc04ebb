import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  SAMPLE_ACCOUNT_ID,
  SAMPLE_PRODUCT_IDS,
  SAMPLE_PRODUCT_INACTIVE_ID,
  SAMPLE_PRODUCT_WITHOUT_PRICE_ID,
} from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { at, create, DEAL, openSession, type Reply } from '../support.ts'

const [motor, sensor] = SAMPLE_PRODUCT_IDS

function idsOf({ body }: Reply): readonly string[] {
  const rows = at(body, 'data')
  return Array.isArray(rows) ? rows.map((row) => String(at(row, 'id'))) : []
}

describe('Reading one record', () => {
  it('answers the fields asked for and the id, and leaves out unknown ones', async () => {
    const { call } = await openSession()
    const path = `/crm/v8/Accounts/${SAMPLE_ACCOUNT_ID}?fields=Shipping_Street,Phone,Shoe_Size&`
    assert.deepEqual(await call('GET', path), {
      status: 200,
      body: {
        data: [
          {
            Shipping_Street: 'Tahtalı Mah. Kiteyol Sok. No: 24',
            Phone: null,
            id: SAMPLE_ACCOUNT_ID,
          },
        ],
      },
    })
  })

  it('answers every field, lines included, when none is named', async () => {
    const session = await openSession()
    const id = await create(session, 'Quotes', {
      Subject: 'Sale 1',
      Quoted_Items: [{ Product_Name: { id: motor }, Quantity: 2, List_Price: 1250 }],
    })
    const { body } = await session.call('GET', `/crm/v8/Quotes/${id}`)
    const line = at(body, 'data', 0, 'Quoted_Items', 0)
    assert.match(String(at(line, 'id')), /^\d{19}$/)
    assert.deepEqual(line, {
      id: at(line, 'id'),
      Product_Name: { name: 'Three-phase gear motor 1.5 kW', id: motor },
      Quantity: 2,
      List_Price: 1250,
      Description: null,
    })
    assert.equal(at(body, 'data', 0, 'Quote_Stage'), null)
  })

  it('answers 204 for an id that is not there', async () => {
    const { call } = await openSession()
    assert.deepEqual(await call('GET', '/crm/v8/Deals/550428000000000001'), {
      status: 204,
      body: undefined,
    })
  })

  it('answers 204 in another module than its own', async () => {
    const { call } = await openSession()
    assert.equal((await call('GET', `/crm/v8/Deals/${SAMPLE_ACCOUNT_ID}`)).status, 204)
  })

  it('refuses an id that is not made of digits', async () => {
    const { call } = await openSession()
    const { status, body } = await call('GET', '/crm/v8/Deals/abc')
    assert.equal(status, 400)
    assert.equal(at(body, 'code'), 'INVALID_DATA')
  })
})

describe('Listing records', () => {
  it('answers those ids that are there, each once, newest first', async () => {
    const { call } = await openSession()
    const ids = [motor, '550428000000000001', sensor, motor].join(',')
    const answer = await call('GET', `/crm/v8/Products?ids=${ids}&fields=Unit_Price&`)
    assert.equal(answer.status, 200)
    assert.deepEqual(at(answer.body, 'data'), [
      { Unit_Price: 89.9, id: sensor },
      { Unit_Price: 1250, id: motor },
    ])
    assert.equal(at(answer.body, 'info', 'count'), 2)
    assert.equal(at(answer.body, 'info', 'more_records'), false)
  })

  it('answers 204 when none of the ids is there', async () => {
    const { call } = await openSession()
    for (const ids of ['550428000000000001', '']) {
      const answer = await call('GET', `/crm/v8/Products?ids=${ids}&fields=id`)
      assert.deepEqual(answer, { status: 204, body: undefined })
    }
  })

  it('answers all records when no ids are given', async () => {
    const { call } = await openSession()
    assert.deepEqual(idsOf(await call('GET', '/crm/v8/Products?fields=Product_Name')), [
      SAMPLE_PRODUCT_INACTIVE_ID,
      SAMPLE_PRODUCT_WITHOUT_PRICE_ID,
      sensor,
      motor,
    ])
  })

  it('answers 204 for a module without records', async () => {
    const { call } = await openSession()
    assert.equal((await call('GET', '/crm/v8/Deals?fields=id')).status, 204)
  })

  it('answers at most 200 records, and whether there are more', async () => {
    const { call } = await openSession()
    for (const count of [100, 100, 1]) {
      await call('POST', '/crm/v8/Deals', { data: Array.from({ length: count }, () => DEAL) })
    }
    const answer = await call('GET', '/crm/v8/Deals?fields=Deal_Name')
    assert.equal(idsOf(answer).length, 200)
    assert.equal(at(answer.body, 'info', 'more_records'), true)
  })

  it('never answers lines', async () => {
    const session = await openSession()
    const line = { Product_Name: { id: motor } }
    const id = await create(session, 'Quotes', { Subject: 'Sale 1', Quoted_Items: [line] })
    const { body } = await session.call('GET', '/crm/v8/Quotes?fields=Subject,Quoted_Items')
    assert.deepEqual(at(body, 'data'), [{ Subject: 'Sale 1', id }])
  })

  it('is refused without fields', async () => {
    const { call } = await openSession()
    for (const query of ['', '?fields=', `?ids=${motor}`]) {
      const { status, body } = await call('GET', `/crm/v8/Products${query}`)
      assert.equal(status, 400)
      assert.equal(at(body, 'code'), 'REQUIRED_PARAM_MISSING')
      assert.equal(at(body, 'details', 'param_name'), 'fields')
    }
  })

  it('accepts 100 ids and 50 fields, and no more', async () => {
    const { call } = await openSession()
    const list = (count: number, text: string) => Array.from({ length: count }, () => text).join()
    const ask = async (ids: number, fields: number) =>
      call('GET', `/crm/v8/Products?ids=${list(ids, motor)}&fields=${list(fields, 'id')}`)
    assert.equal((await ask(100, 50)).status, 200)
    for (const [ids, fields] of [
      [101, 1],
      [1, 51],
    ] as const) {
      const { status, body } = await ask(ids, fields)
      assert.equal(status, 400)
      assert.equal(at(body, 'code'), 'LIMIT_EXCEEDED')
    }
  })
})

describe('A path', () => {
  const wrong: readonly (readonly [string, string, number, string])[] = [
    ['GET', '/crm/v8/Shoes?fields=id', 400, 'INVALID_MODULE'],
    ['GET', '/crm/v8/constructor/1', 400, 'INVALID_MODULE'],
    ['POST', '/crm/v8/Shoes', 400, 'INVALID_MODULE'],
    ['DELETE', '/crm/v8/Shoes/1', 400, 'INVALID_MODULE'],
    ['PUT', '/crm/v8/Deals/1', 400, 'INVALID_REQUEST_METHOD'],
    ['GET', '/crm/v8/coql', 400, 'INVALID_REQUEST_METHOD'],
    ['GET', '/crm/v2/Deals', 404, 'INVALID_URL_PATTERN'],
    ['GET', '/crm/v8/Deals/1/Notes', 404, 'INVALID_URL_PATTERN'],
    ['GET', '/crm/v8', 404, 'INVALID_URL_PATTERN'],
    ['GET', '/', 404, 'INVALID_URL_PATTERN'],
  ]
  for (const [method, path, status, code] of wrong) {
    it(`such as ${method} ${path} is answered ${status} ${code}`, async () => {
      const { call } = await openSession()
      const answer = await call(method, path, method === 'GET' ? undefined : { data: [DEAL] })
      assert.equal(answer.status, status)
      assert.equal(at(answer.body, 'code'), code)
      assert.equal(at(answer.body, 'status'), 'error')
    })
  }

  it('such as POST /crm/v8/Contacts is answered 400, even with the scope for it', async () => {
    const { call } = await openSession({ settings: { scopes: ['ZohoCRM.modules.ALL'] } })
    const { status, body } = await call('POST', '/crm/v8/Contacts', { data: [{ Last_Name: 'X' }] })
    assert.deepEqual([status, at(body, 'code')], [400, 'INVALID_REQUEST_METHOD'])
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  OWNER,
  SAMPLE_ACCOUNT_ID,
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { at, create, DEAL, openSession, REFERENCE_FIELD } from '../support.ts'

const [motor] = SAMPLE_PRODUCT_IDS
const LINE = { Product_Name: { id: motor }, Quantity: 2, List_Price: 1250 }
const QUOTE = { Subject: 'Sale 1', Quoted_Items: [LINE] }
const ORDER = { Subject: 'Sale 1', Ordered_Items: [LINE] }

describe('Creating a record', () => {
  it('answers 201 with its id and times, and keeps it', async () => {
    const session = await openSession()
    const answer = await session.call('POST', '/crm/v8/Deals', {
      data: [
        {
          ...DEAL,
          Amount: 2949.5,
          Contact_Name: { id: SAMPLE_CONTACT_ID },
          Account_Name: { id: SAMPLE_ACCOUNT_ID },
          [REFERENCE_FIELD]: 'a:deal',
        },
      ],
      trigger: [],
    })
    const id = String(at(answer.body, 'data', 0, 'details', 'id'))
    const user = { name: OWNER.name, id: OWNER.id }
    const time = '2026-03-01T10:00:00+00:00'
    assert.match(id, /^\d{19}$/)
    assert.deepEqual(answer, {
      status: 201,
      body: {
        data: [
          {
            code: 'SUCCESS',
            details: {
              Modified_Time: time,
              Modified_By: user,
              Created_Time: time,
              id,
              Created_By: user,
              $approval_state: 'approved',
            },
            message: 'record added',
            status: 'success',
          },
        ],
      },
    })
    const kept = session.fake.records.find('Deals', id)
    assert.equal(at(kept, 'Amount'), 2949.5)
    assert.ok(kept !== undefined && kept['Pipeline'] === null)
    assert.equal(at(kept, 'Modified_Time'), time)
    assert.equal(at(kept, 'Owner', 'id'), OWNER.id)
    assert.deepEqual(at(kept, 'Contact_Name'), {
      name: 'Poligon Mühendislik',
      id: SAMPLE_CONTACT_ID,
    })
  })

  it('links a Deal, a Quote and a Sales Order', async () => {
    const session = await openSession()
    const deal = await create(session, 'Deals', DEAL)
    const quote = await create(session, 'Quotes', { ...QUOTE, Deal_Name: { id: deal } })
    const order = await create(session, 'Sales_Orders', {
      ...ORDER,
      Deal_Name: { id: deal },
      Quote_Name: { id: quote },
    })
    const kept = session.fake.records.find('Sales_Orders', order)
    assert.deepEqual(at(kept, 'Deal_Name'), { name: 'Sale 1', id: deal })
    assert.deepEqual(at(kept, 'Quote_Name'), { name: 'Sale 1', id: quote })
  })

  it('gives each line an id of its own', async () => {
    const session = await openSession()
    const id = await create(session, 'Quotes', { ...QUOTE, Quoted_Items: [LINE, LINE] })
    const lines = at(session.fake.records.find('Quotes', id), 'Quoted_Items')
    const ids = new Set([id, String(at(lines, 0, 'id')), String(at(lines, 1, 'id'))])
    assert.equal(ids.size, 3)
  })

  it('drops fields that the module does not have, and those that Zoho sets', async () => {
    const session = await openSession()
    const id = await create(session, 'Deals', { ...DEAL, Shoe_Size: 44, Created_Time: 'x' })
    const kept = session.fake.records.find('Deals', id) ?? {}
    assert.equal(Object.hasOwn(kept, 'Shoe_Size'), false)
    assert.notEqual(at(kept, 'Created_Time'), 'x')
  })

  it('accepts JSON with and without a content type', async () => {
    const session = await openSession()
    for (const contentType of ['application/json', undefined]) {
      const request = session.request('POST', '/crm/v8/Deals', { data: [DEAL] })
      request.headers.delete('content-type')
      if (contentType !== undefined) request.headers.set('content-type', contentType)
      assert.equal((await session.fake.fetch(request)).status, 201)
    }
  })
})

describe('The reference field', () => {
  const deal = (reference: string) => ({ ...DEAL, [REFERENCE_FIELD]: reference })

  it('refuses a second live record in any letter case, and names the first', async () => {
    const session = await openSession()
    const id = await create(session, 'Deals', deal('aBC:deal'))
    const answer = await session.call('POST', '/crm/v8/Deals', { data: [deal('AbC:Deal')] })
    const module = at(answer.body, 'data', 0, 'details', 'duplicate_record', 'module')
    assert.deepEqual(answer, {
      status: 400,
      body: {
        data: [
          {
            code: 'DUPLICATE_DATA',
            details: {
              api_name: REFERENCE_FIELD,
              json_path: `$.data[0].${REFERENCE_FIELD}`,
              id,
              duplicate_record: {
                id,
                Owner: { name: OWNER.name, id: OWNER.id, zuid: OWNER.zuid },
                module: { api_name: 'Deals', id: at(module, 'id') },
              },
              more_records: false,
            },
            message: 'duplicate data',
            status: 'error',
          },
        ],
      },
    })
    assert.match(String(at(module, 'id')), /^\d+$/)
    assert.equal(session.fake.records.live('Deals').length, 1)
  })

  it('refuses the second of two in one call', async () => {
    const { call } = await openSession()
    const { status, body } = await call('POST', '/crm/v8/Deals', { data: [deal('a'), deal('a')] })
    assert.equal(status, 207)
    assert.equal(at(body, 'data', 1, 'details', 'id'), at(body, 'data', 0, 'details', 'id'))
  })

  it('lets one of two calls at once win', async () => {
    const { call, fake } = await openSession()
    const answers = await Promise.all(
      [1, 2].map(() => call('POST', '/crm/v8/Deals', { data: [deal('a')] })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 400])
    assert.equal(fake.records.live('Deals').length, 1)
  })

  it('is unique in its module only', async () => {
    const session = await openSession()
    await create(session, 'Deals', deal('a'))
    await create(session, 'Quotes', { ...QUOTE, [REFERENCE_FIELD]: 'a' })
  })

  it('is free again once its record is in the bin', async () => {
    const session = await openSession()
    const first = await create(session, 'Deals', deal('a'))
    await session.call('DELETE', `/crm/v8/Deals/${first}`)
    const second = await create(session, 'Deals', deal('a'))
    assert.notEqual(second, first)
  })

  it('may be left out any number of times', async () => {
    const session = await openSession()
    await create(session, 'Deals', DEAL)
    await create(session, 'Deals', { ...DEAL, [REFERENCE_FIELD]: null })
    await create(session, 'Deals', { ...DEAL, [REFERENCE_FIELD]: '' })
  })

  it('has the name it was given', async () => {
    const session = await openSession({ referenceField: 'Saga_Key' })
    await create(session, 'Deals', { ...DEAL, Saga_Key: 'a' })
    const again = await session.call('POST', '/crm/v8/Deals', {
      data: [{ ...DEAL, Saga_Key: 'a' }],
    })
    assert.equal(at(again.body, 'data', 0, 'details', 'api_name'), 'Saga_Key')
  })
})

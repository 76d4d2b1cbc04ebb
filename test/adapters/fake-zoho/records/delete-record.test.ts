import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SAMPLE_PRODUCT_IDS } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { at, create, DEAL, openSession } from '../support.ts'

const LINE = { Product_Name: { id: SAMPLE_PRODUCT_IDS[0] } }

const NOT_DELETED = {
  status: 400,
  body: {
    code: 'INVALID_DATA',
    details: { resource_path_index: 1 },
    message: 'record not deleted',
    status: 'error',
  },
}

describe('Deleting a record', () => {
  it('answers 200 and moves it to the bin', async () => {
    const session = await openSession()
    const id = await create(session, 'Deals', DEAL)
    assert.deepEqual(await session.call('DELETE', `/crm/v8/Deals/${id}`), {
      status: 200,
      body: {
        data: [{ code: 'SUCCESS', details: { id }, message: 'record deleted', status: 'success' }],
      },
    })
    assert.equal((await session.call('GET', `/crm/v8/Deals/${id}`)).status, 204)
    assert.deepEqual(session.fake.records.live('Deals'), [])
    assert.deepEqual(
      session.fake.records.bin('Deals').map((record) => record.id),
      [id],
    )
  })

  it('answers "record not deleted" the second time', async () => {
    const session = await openSession()
    const id = await create(session, 'Deals', DEAL)
    await session.call('DELETE', `/crm/v8/Deals/${id}`)
    assert.deepEqual(await session.call('DELETE', `/crm/v8/Deals/${id}`), NOT_DELETED)
    assert.equal(session.fake.records.bin('Deals').length, 1)
  })

  it('answers "record not deleted" for an id that never was', async () => {
    const { call } = await openSession()
    assert.deepEqual(await call('DELETE', '/crm/v8/Quotes/550428000000000001'), NOT_DELETED)
  })

  it('answers "invalid record id" for an id that is not made of digits', async () => {
    const { call } = await openSession()
    const { status, body } = await call('DELETE', '/crm/v8/Quotes/abc')
    assert.equal(status, 400)
    assert.equal(at(body, 'message'), 'invalid record id')
  })

  it('empties what pointed at it, and leaves the rest linked', async () => {
    const session = await openSession()
    const { records } = session.fake
    const deal = await create(session, 'Deals', DEAL)
    const other = await create(session, 'Deals', DEAL)
    const quote = { Subject: 'Sale', Quoted_Items: [LINE] }
    const linked = await create(session, 'Quotes', { ...quote, Deal_Name: { id: deal } })
    const apart = await create(session, 'Quotes', { ...quote, Deal_Name: { id: other } })
    const order = await create(session, 'Sales_Orders', {
      Subject: 'Sale',
      Ordered_Items: [LINE],
      Deal_Name: { id: deal },
      Quote_Name: { id: linked },
    })

    await session.call('DELETE', `/crm/v8/Deals/${deal}`)
    assert.equal(at(records.find('Quotes', linked), 'Deal_Name'), null)
    assert.equal(at(records.find('Quotes', apart), 'Deal_Name', 'id'), other)
    assert.equal(at(records.find('Sales_Orders', order), 'Deal_Name'), null)
    assert.equal(at(records.find('Sales_Orders', order), 'Quote_Name', 'id'), linked)

    await session.call('DELETE', `/crm/v8/Quotes/${linked}`)
    assert.equal(at(records.find('Sales_Orders', order), 'Quote_Name'), null)
  })
})

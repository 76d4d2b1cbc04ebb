import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  errorMessage,
  get,
  holdAt,
  PATIENT,
  post,
  saleIdOf,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const NO_SUCH_SALE = '{"status":"error","message":"No such sale."}'

const MEMBERS = [
  'saleId',
  'status',
  'contactId',
  'dealId',
  'quoteId',
  'salesOrderId',
  'requestedAt',
  'endedAt',
  'failure',
  'events',
]
const EVENT = ['position', 'saleId', 'sequence', 'type', 'version', 'at', 'data', 'actor']

describe('GET /sales/{saleId}', () => {
  it('has the published members, and the events in order', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create', 'sales:read')
    const saleId = saleIdOf(await post(t, key))
    assert.match(saleId, UUID_V7)
    const sale = (await get(t, key, `/sales/${saleId}`)).json()
    assert.deepEqual(Object.keys(sale), MEMBERS)
    assert.equal(sale.saleId, saleId)
    assert.equal(sale.status, 'completed')
    for (const [index, event] of sale.events.entries()) {
      assert.deepEqual(Object.keys(event).slice(0, EVENT.length), EVENT)
      assert.equal(event.saleId, saleId)
      assert.equal(event.sequence, index + 1)
      assert.equal(event.version, 1)
      assert.equal(new Date(event.at).toISOString(), event.at)
    }
    assert.equal(sale.events[0].at, sale.requestedAt)
    assert.equal(sale.events.at(-1).at, sale.endedAt)
  })

  it('shows who caused each event', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create', 'sales:read')
    const [{ id: keyId } = { id: '' }] = await t.store.keys.list()
    const answer = await t.server.inject({
      method: 'POST',
      url: '/createSales',
      headers: { 'x-api-key': key, 'x-request-id': 'order-4711' },
      payload: { contactId: '1', products: [{ productId: '1', quantity: 1 }] },
    })
    const { events } = (await get(t, key, `/sales/${saleIdOf(answer)}`)).json()
    const { software, ...actor } = events[0].actor
    assert.deepEqual(actor, {
      client: 'shop',
      keyId,
      requestId: 'order-4711',
      address: '127.0.0.1',
      userAgent: 'lightMyRequest',
    })
    assert.match(software, /^plg-sales-gateway\/\d+\.\d+\.\d+$/)
    assert.deepEqual(events[1].actor, { system: 'gateway' })
  })

  it('shows a sale that runs as far as it is', async () => {
    await using t = await makeTestService(PATIENT)
    const key = await t.key('shop', 'sales:create', 'sales:read')
    const held = holdAt(t, 'create:Quotes')
    const running = post(t, key)
    await held.arrived()
    const [{ saleId }] = (await get(t, key, '/sales')).json().sales
    const sale = (await get(t, key, `/sales/${saleId}`)).json()
    assert.equal(sale.status, 'in_progress')
    assert.match(sale.dealId, /^\d+$/)
    assert.deepEqual([sale.quoteId, sale.salesOrderId, sale.endedAt], [null, null, null])
    assert.equal(sale.failure, null)
    assert.equal(sale.events.at(-1).type, 'DealCreated')
    held.release()
    assert.equal(saleIdOf(await running), saleId)
  })

  it('keeps the ids of what was deleted', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create', 'sales:read')
    t.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
    const saleId = saleIdOf(await post(t, key))
    const sale = (await get(t, key, `/sales/${saleId}`)).json()
    assert.equal(sale.status, 'rolled_back')
    assert.equal(sale.dealId, t.fake.records.bin('Deals')[0]?.id)
    assert.equal(sale.quoteId, t.fake.records.bin('Quotes')[0]?.id)
    assert.equal(sale.salesOrderId, null)
  })

  it('is 404 for the sale of another client, as for one that is not there', async () => {
    await using t = await makeTestService()
    const saleId = saleIdOf(await post(t, await t.key('shop', 'sales:create')))
    const kiosk = await t.key('kiosk', 'sales:read')
    for (const id of [saleId, saleId.replace(/.$/, (last) => (last === '0' ? '1' : '0'))]) {
      const answer = await get(t, kiosk, `/sales/${id}`)
      assert.equal(answer.statusCode, 404)
      assert.equal(answer.body, NO_SUCH_SALE)
      errorMessage(answer)
    }
    for (const scope of ['audit:read', 'admin'] as const) {
      const answer = await get(t, await t.key('kiosk', scope), `/sales/${saleId}`)
      assert.equal(answer.json().saleId, saleId)
    }
  })

  const NO_IDS = ['1', 'x', '%20', '%00', "'", '019AB123-4567-7ABC-8DEF-000000000001', 'null']

  for (const id of NO_IDS) {
    it(`is 404 for what is no id: ${id}`, async () => {
      await using t = await makeTestService()
      const answer = await get(t, await t.key('shop', 'admin'), `/sales/${id}`)
      assert.equal(answer.statusCode, 404)
      assert.equal(answer.body, NO_SUCH_SALE)
    })
  }
})

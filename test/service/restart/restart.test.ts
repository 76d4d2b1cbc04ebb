// A start goes on with the sales that the process before left.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SaleId } from '../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { CREATE_STEPS } from '../../../src/domain/sale/steps.ts'
import { plusMs } from '../../../src/domain/time.ts'
import {
  addRecord,
  DEAL_ID,
  factsOf,
  leaveSale,
  QUOTE_ID,
  SALES_ORDER_ID,
} from '../../support/examples/left-sale.ts'
import { saleIdOf } from '../../support/examples/store-examples.ts'
import {
  calls,
  eventTypes,
  live,
  post,
  SALE,
  SUCCESS,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makePlace, type Place } from '../../support/gateway/place.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'

const saleId: SaleId = saleIdOf(1)
const MINUTE_MS = 60_000
const IDS = [DEAL_ID, QUOTE_ID, SALES_ORDER_ID]

/** How far the sale was when its process died, as the facts after its request. */
const POINTS = [
  ['requested', 0],
  ['priced', 1],
  ['its Deal created', 2],
  ['its Quote created', 3],
] as const

function factsUpTo({ time }: Place, point: number, idempotent: boolean, ageMs = 0) {
  const at = plusMs(time.clock.now(), -ageMs)
  const { requested, priced, deal, quote } = factsOf({ idempotent, at })
  const later: readonly SaleEvent[] = [priced, deal, quote].slice(0, point)
  return [requested, ...later] as const
}

describe('A sale found half-finished at a start', () => {
  for (const [what, point] of POINTS) {
    for (const sent of point === 0 ? [false] : [false, true]) {
      const create = sent ? 'applied' : 'never sent'

      it(`goes forward from ${what} with a key, its next create ${create}`, async () => {
        await using place = await makePlace()
        await leaveSale(place, saleId, factsUpTo(place, point, true))
        const step = CREATE_STEPS[point - 1]
        const id = IDS[point - 1]
        if (sent && step && id) addRecord(place.fake, saleId, step, id)
        await using t = await makeTestService({}, place)
        await untilEvent(t, saleId, 'SaleCompleted')
        if (point > 0) await untilEvent(t, saleId, 'SaleSettled')
        assert.deepEqual(live(t), [1, 1, 1])
        assert.ok((await eventTypes(t, saleId)).includes('SaleInterrupted'))
        const sale = await t.store.saleReader.show(saleId, undefined)
        const known = [sale?.dealId, sale?.quoteId, sale?.salesOrderId]
        const recorded = Math.max(0, point - 1)
        assert.deepEqual(known.slice(0, recorded), IDS.slice(0, recorded))
        if (sent) assert.equal(known[point - 1], id)
        assert.deepEqual(calls(t, 'delete:'), [])
        assert.deepEqual(t.mails, [])
      })

      it(`rolls back from ${what} without a key, its next create ${create}`, async () => {
        await using place = await makePlace()
        await leaveSale(place, saleId, factsUpTo(place, point, false))
        const step = CREATE_STEPS[point - 1]
        const id = IDS[point - 1]
        if (sent && step && id) addRecord(place.fake, saleId, step, id)
        await using t = await makeTestService({}, place)
        await untilEvent(t, saleId, 'SaleRolledBack')
        assert.deepEqual(live(t), [0, 0, 0])
        const sale = await t.store.saleReader.show(saleId, undefined)
        assert.equal(sale?.failure?.step, 'interrupted')
        assert.deepEqual(calls(t, 'create:'), [])
        await t.time.until('a mail is sent', () => t.mails.length === 1)
        const text = t.mails[0]?.text ?? ''
        const stateOf = (index: number) => {
          if (index < point - 1) return IDS[index]
          return index === point - 1 ? 'not known' : 'not created'
        }
        assert.ok(text.includes(`\nDeal ID: ${stateOf(0)}\n`), text)
        assert.ok(text.includes(`\nQuote ID: ${stateOf(1)}\n`), text)
        assert.ok(text.includes(`\nSales Order ID: ${stateOf(2)}\n`), text)
      })
    }
  }

  it('has nothing to look for when it was not even priced', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleId, factsUpTo(place, 0, false))
    await using t = await makeTestService({}, place)
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(t.fake.journal, [])
  })

  it('reads its contact once more, before its next create', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleId, factsUpTo(place, 2, true))
    await using t = await makeTestService({}, place)
    await untilEvent(t, saleId, 'SaleCompleted')
    assert.deepEqual(calls(t, '').slice(1, 4), [
      'coql:Contacts',
      'create:Quotes',
      'create:Sales_Orders',
    ])
    assert.equal(t.fake.records.live('Quotes')[0]?.['Billing_City'], 'Bursa')
    assert.equal(t.fake.records.live('Sales_Orders')[0]?.['Shipping_City'], 'Bursa')
  })

  it('keeps to its terms, whatever the prices are now', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleId, factsUpTo(place, 1, true))
    place.fake.records.remove('Products', '550428000000333444')
    await using t = await makeTestService({}, place)
    await untilEvent(t, saleId, 'SaleCompleted')
    assert.deepEqual(calls(t, 'list:'), [])
    const deal = t.fake.records.live('Deals')[0]
    assert.deepEqual([deal?.['Amount'], deal?.['Closing_Date']], [2500, '2030-01-31'])
  })

  it('is rolled back when its contact is gone meanwhile', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleId, factsUpTo(place, 2, true))
    place.fake.records.remove('Contacts', SALE.contactId)
    await using t = await makeTestService({}, place)
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.equal((await t.store.saleReader.show(saleId, undefined))?.failure?.step, 'contact')
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('is rolled back when its deadline passed meanwhile, with a key or without', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleId, factsUpTo(place, 2, true, 60_000))
    addRecord(place.fake, saleId, 'quote', QUOTE_ID)
    await using t = await makeTestService({}, place)
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.equal((await t.store.saleReader.show(saleId, undefined))?.failure?.step, 'deadline')
    assert.deepEqual(live(t), [0, 0, 0])
    assert.deepEqual(calls(t, 'create:'), [])
  })

  it('returns its outcome to the caller that asks again with the key', async () => {
    await using place = await makePlace()
    const request = JSON.stringify([SALE.contactId, [['550428000000111222', 2]]])
    const claim = { client: 'web-shop', key: 'order-4711', request }
    await leaveSale(place, saleId, factsUpTo(place, 2, true), claim)
    await using t = await makeTestService({}, place)
    await untilEvent(t, saleId, 'SaleCompleted')
    const body = { ...SALE, products: SALE.products.slice(0, 1) }
    const key = await t.key('web-shop', 'sales:create')
    const answer = await post(t, key, body, { 'idempotency-key': 'order-4711' })
    assert.equal(answer.body, SUCCESS)
    assert.equal(answer.headers['idempotent-replayed'], 'true')
    assert.equal(answer.headers['sale-id'], saleId)
  })

  it('is not taken up again once it is at rest', async () => {
    await using place = await makePlace()
    await leaveSale(place, saleId, factsUpTo(place, 2, false))
    {
      await using t = await makeTestService({}, place)
      await untilEvent(t, saleId, 'SaleRolledBack')
    }
    const callsMade = place.fake.journal.length
    await using t = await makeTestService({}, place)
    await t.time.pass(MINUTE_MS)
    assert.equal(place.fake.journal.length, callsMade)
    assert.deepEqual(t.mails, [])
  })
})

// The calls that a sale needs, and those of a create that is applied late.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SaleStore } from '../../../src/application/sale/run/sale-store.port.ts'
import { post, SALE } from '../../support/gateway/http-requests.ts'
import { makePlace } from '../../support/gateway/place.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'
import { assertWholeOrNothing } from '../../support/whole-or-nothing.ts'

async function untilAllAtRest(t: TestService): Promise<void> {
  await t.time.until(
    'every sale is at rest',
    async () => (await t.store.sales.unfinished(undefined, 1)).length === 0,
  )
}

describe('A sale that meets no fault', () => {
  it('makes five calls in four round trips', async () => {
    await using t = await makeTestService()
    let inFlight = 0
    let roundTrips = 0
    t.fake.hooks.before = (operation) => {
      if (operation === 'token') return
      if (inFlight === 0) roundTrips += 1
      inFlight += 1
    }
    t.fake.hooks.after = async (operation) => {
      if (operation === 'token') return
      await t.time.clock.sleep(20)
      inFlight -= 1
    }
    const answer = await post(t, await t.key('acme', 'sales:create'))
    assert.equal(answer.statusCode, 200)
    const calls = t.fake.journal.map(({ operation }) => operation).filter((op) => op !== 'token')
    assert.deepEqual(calls.toSorted(), [
      'coql:Contacts',
      'create:Deals',
      'create:Quotes',
      'create:Sales_Orders',
      'list:Products',
    ])
    assert.equal(roundTrips, 4)
  })

  it('waits for four round trips and four of its five commits, because the reads overlap the first', async () => {
    const [CALL_MS, COMMIT_MS] = [50, 10]
    await using place = await makePlace()
    const { store, fake, time } = place
    const { begin, append } = store.sales
    let commits = 0
    const commit = () => {
      commits += 1
      return time.clock.sleep(COMMIT_MS)
    }
    const sales: SaleStore = {
      ...store.sales,
      begin: (...first) => commit().then(() => begin(...first)),
      append: (more) => commit().then(() => append(more)),
    }
    await using t = await makeTestService({}, { ...place, store: { ...store, sales } })
    fake.hooks.after = (operation) =>
      operation === 'token' ? Promise.resolve() : time.clock.sleep(CALL_MS)
    const key = await t.key('acme', 'sales:create')
    const askedAt = time.clock.now()
    assert.equal((await post(t, key)).statusCode, 200)
    assert.equal(time.clock.now() - askedAt, 4 * CALL_MS + 4 * COMMIT_MS)
    assert.equal(commits, 5)
  })

  it('asks for 120 products in batches of 50', async () => {
    await using t = await makeTestService()
    const ids = Array.from({ length: 120 }, (_, i) => String(900_000 + i))
    for (const id of ids) {
      t.fake.records.add('Products', {
        id,
        Product_Name: `Product ${id}`,
        Unit_Price: 0.1,
        Product_Active: true,
      })
    }
    const products = ids.map((productId) => ({ productId, quantity: 3 }))
    const answer = await post(t, await t.key('acme', 'sales:create'), { ...SALE, products })
    assert.equal(answer.statusCode, 200)
    const lists = t.fake.journal.filter(({ operation }) => operation === 'list:Products')
    assert.equal(lists.length, 3)
    assert.equal(t.fake.records.live('Deals')[0]?.['Amount'], 36)
  })
})

describe('A create that is applied after its answer was lost', () => {
  // Milliseconds after the lost answer at which Zoho makes the record.
  const LATE_MS = [100, 300, 900, 2_000, 3_500, 5_000] as const
  const STEPS = ['create:Deals', 'create:Quotes', 'create:Sales_Orders'] as const

  it('never leaves a record, from 0.1 to 5 seconds late', async () => {
    await using t = await makeTestService({
      ZOHO_SETTLE_MS: '6000',
      SALE_DEADLINE_MS: '2500',
      ZOHO_REQUEST_TIMEOUT_MS: '400',
    })
    const key = await t.key('acme', 'sales:create')
    const answers = []
    for (const operation of STEPS) {
      for (const afterMs of LATE_MS) {
        t.fake.faults.add({ operation, kind: { type: 'lateApply', afterMs } })
        // Each sale reaches its fault before the next begins, so that each fault is in another sale.
        const met = Promise.withResolvers<void>()
        t.fake.hooks.after = (seen) => {
          if (seen === operation) met.resolve()
        }
        answers.push(post(t, key))
        await t.time.during(Promise.race([met.promise, t.time.clock.sleep(300)]))
      }
    }
    for (const answer of await Promise.all(answers)) {
      assert.ok([200, 500].includes(answer.statusCode))
    }
    await untilAllAtRest(t)
    const { sales } = await t.store.saleReader.list({ limit: 100 })
    assert.equal(sales.length, STEPS.length * LATE_MS.length)
    for (const sale of sales) assertWholeOrNothing(t.fake.records, sale)
  })

  it('never leaves a record when its repeat succeeded and was rolled back before', async () => {
    await using t = await makeTestService({ ZOHO_SETTLE_MS: '2500', SALE_DEADLINE_MS: '3000' })
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'lateApply', afterMs: 1_500 } })
    t.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
    const answer = await post(t, await t.key('acme', 'sales:create'))
    assert.equal(answer.statusCode, 500)
    await untilAllAtRest(t)
    const [sale] = (await t.store.saleReader.list({ limit: 1 })).sales
    assert.equal(sale?.status, 'rolled_back')
    assertWholeOrNothing(t.fake.records, sale ?? { saleId: '', status: '' })
    assert.equal(t.fake.records.bin('Deals').length, 2, 'the repeat and the late one')
  })
})

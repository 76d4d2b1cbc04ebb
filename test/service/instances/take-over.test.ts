// Several services over one database: a sale is run by one of them, and taken over when that one is gone.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SaleId } from '../../../src/domain/ids.ts'
import {
  errorMessage,
  eventTypes,
  live,
  post,
  SALE,
  SUCCESS,
} from '../../support/gateway/http-requests.ts'
import { type Instance, LEASE_MS, makeInstances } from '../../support/gateway/instances.ts'

const TIMES = { ZOHO_REQUEST_TIMEOUT_MS: '10000', SALE_DEADLINE_MS: '30000' }

const KEY = { 'idempotency-key': 'order-4711' }

/** The one sale that has begun. */
async function onlySale({ store }: Instance): Promise<SaleId> {
  const { sales } = await store.saleReader.list({ limit: 2 })
  const [sale] = sales
  assert.ok(sale !== undefined && sales.length === 1)
  return sale.saleId
}

/** Waits until a sale is there that has had this event so many times. */
function until(t: Instance, type: string, count = 1): Promise<void> {
  return t.time.until(`${type} ${count}`, async () => {
    const { sales } = await t.store.saleReader.list({ limit: 1 })
    const [sale] = sales
    if (sale === undefined) return false
    return (await eventTypes(t, sale.saleId)).filter((one) => one === type).length >= count
  })
}

/** Asks for a sale whose caller gets no answer. */
async function postInVain(t: Instance, key: string): Promise<void> {
  await assert.rejects(post(t, key))
}

describe('Several instances over one database', () => {
  it('answer for each other: 409 while the owner runs the sale, then its answer', async () => {
    await using place = await makeInstances(TIMES)
    await using a = await place.start('a')
    await using b = await place.start('b')
    const key = await a.key('shop', 'sales:create')
    place.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'slow', ms: 500 } })
    const first = post(a, key, SALE, KEY)
    await until(a, 'DealCreated')
    const meanwhile = await post(b, key, SALE, KEY)
    assert.equal(meanwhile.statusCode, 409)
    assert.equal((await first).body, SUCCESS)
    const later = await post(b, key, SALE, KEY)
    assert.equal(later.body, SUCCESS)
    assert.equal(later.headers['idempotent-replayed'], 'true')
    assert.deepEqual(live(a), [1, 1, 1])
  })

  it('take over the sale of one that is gone, and delete what it made', async () => {
    await using place = await makeInstances(TIMES)
    await using a = await place.start('a')
    await using b = await place.start('b')
    const key = await a.key('shop', 'sales:create')
    place.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'slow', ms: 9_000 } })
    const cut = postInVain(a, key)
    await until(a, 'DealCreated')
    const goneAt = place.time.clock.now()
    a.reach(false)
    await until(b, 'SaleInterrupted')
    assert.ok(place.time.clock.now() - goneAt <= 2 * LEASE_MS)
    await until(b, 'SaleRolledBack')
    assert.deepEqual(live(b), [0, 0, 0])
    a.reach(true)
    await cut
    assert.equal(b.mails.length, 1)
    assert.deepEqual(a.mails, [])
  })

  it('look again for the create of one that woke up, which comes after all was over', async () => {
    await using place = await makeInstances(TIMES)
    await using a = await place.start('a')
    await using b = await place.start('b')
    const key = await a.key('shop', 'sales:create')
    const late = { type: 'lateApply', afterMs: 9_000, leaving: 'nothing' } as const
    place.fake.faults.add({ operation: 'create:Deals', kind: late })
    const cut = postInVain(a, key)
    await until(a, 'SalePriced')
    a.reach(false)
    await until(b, 'SaleRolledBack')
    assert.deepEqual(live(b), [0, 0, 0])
    a.reach(true)
    await cut
    await until(b, 'SaleRolledBack', 2)
    assert.deepEqual(live(b), [0, 0, 0])
    const types = await eventTypes(b, await onlySale(b))
    assert.deepEqual(types.slice(types.indexOf('OwnerWoke')), [
      'OwnerWoke',
      'SaleInterrupted',
      'DealCreated',
      'ReferenceLookedUp',
      'DealDeleted',
      'ReferenceLookedUp',
      'SaleRolledBack',
    ])
  })

  it('look soon for the create of one that woke up, also in the long pauses of a sale that is stuck', async () => {
    const times = { ZOHO_REQUEST_TIMEOUT_MS: '120000', SALE_DEADLINE_MS: '130000' }
    await using place = await makeInstances(times)
    await using a = await place.start('a')
    await using b = await place.start('b')
    const key = await a.key('shop', 'sales:create')
    const late = { type: 'lateApply', afterMs: 110_000, leaving: 'nothing' } as const
    place.fake.faults.add({ operation: 'create:Quotes', kind: late })
    const refuses = { type: 'refuse' } as const
    place.fake.faults.add({ operation: 'delete:Deals', kind: refuses, times: Infinity })
    const cut = postInVain(a, key)
    await until(a, 'DealCreated')
    a.reach(false)
    await until(b, 'SaleStuck')
    await until(b, 'OwnerWoke')
    const wokeAt = place.time.clock.now()
    await until(b, 'QuoteDeleted')
    assert.ok(place.time.clock.now() - wokeAt <= LEASE_MS)
    assert.deepEqual(live(b), [1, 0, 0])
    a.reach(true)
    await cut
  })

  it('make another instance of one that was taken for dead, which then sells again', async () => {
    await using place = await makeInstances(TIMES)
    await using a = await place.start('a')
    await using b = await place.start('b')
    const key = await a.key('shop', 'sales:create')
    const first = a.shared.lease.number()
    a.reach(false)
    await place.time.pass(2 * LEASE_MS)
    const refused = await post(a, key)
    assert.equal(refused.statusCode, 503)
    assert.match(errorMessage(refused), /cannot record a sale/)
    assert.match(String(a.service.notReady()), /lease/)
    a.reach(true)
    await place.time.until('it joined anew', () => a.shared.lease.holds())
    assert.notEqual(a.shared.lease.number(), first)
    assert.equal((await post(a, key)).body, SUCCESS)
    assert.equal((await post(b, key)).body, SUCCESS)
    assert.deepEqual(live(a), [2, 2, 2])
  })

  it('go on with a sale when the database was away for all of them for longer than a lease', async () => {
    await using place = await makeInstances(TIMES)
    await using a = await place.start('a')
    const key = await a.key('shop', 'sales:create')
    place.fake.faults.add({ operation: 'create:Deals', kind: { type: 'slow', ms: 5_000 } })
    const answer = post(a, key)
    await until(a, 'SalePriced')
    a.reach(false)
    await place.time.pass(6_000)
    // The Quote is not sent: nobody could say whether another instance has the sale by now.
    assert.deepEqual(live(a), [1, 0, 0])
    a.reach(true)
    assert.equal((await answer).body, SUCCESS)
    assert.deepEqual(live(a), [1, 1, 1])
  })

  it('let each other renew first when the database was away for all of them', async () => {
    await using place = await makeInstances(TIMES)
    await using a = await place.start('a')
    await using b = await place.start('b')
    const key = await b.key('shop', 'sales:create')
    place.fake.faults.add({ operation: 'create:Deals', kind: { type: 'slow', ms: 5_000 } })
    const answer = post(b, key)
    await until(b, 'SalePriced')
    for (const each of [a, b]) each.reach(false)
    await place.time.pass(2 * LEASE_MS)
    a.reach(true)
    // Its next renewal, and a look after it.
    await place.time.pass(LEASE_MS * (2 / 3))
    b.reach(true)
    assert.equal((await answer).body, SUCCESS)
    assert.deepEqual(live(b), [1, 1, 1])
  })

  it('take over the share of one that stops and has a caller who waits', async () => {
    await using place = await makeInstances(TIMES)
    await using a = await place.start('a')
    await using b = await place.start('b')
    await using c = await place.start('c')
    const key = await a.key('shop', 'sales:create')
    const slow = { type: 'slow', ms: 9_000 } as const
    place.fake.faults.add({ operation: 'create:Deals', kind: slow, times: 4 })
    // They are next to each other in the log, so that each of the others would have a share of them.
    const cut = [1, 2, 3].map(() => postInVain(a, key))
    let isAnswered = false
    const answer = post(b, key).finally(() => {
      isAnswered = true
    })
    await until(b, 'SalePriced')
    const stopped = b.stop()
    const goneAt = place.time.clock.now()
    a.reach(false)
    await place.time.until('all of them are taken over', async () => {
      const { sales } = await c.store.saleReader.list({ limit: 9 })
      const types = await Promise.all(sales.map(({ saleId }) => eventTypes(c, saleId)))
      return types.filter((its) => its.includes('SaleInterrupted')).length === cut.length
    })
    assert.ok(place.time.clock.now() - goneAt <= 2 * LEASE_MS)
    assert.equal(isAnswered, false)
    assert.equal((await answer).body, SUCCESS)
    await stopped
    a.reach(true)
    await Promise.all(cut)
  })

  it('take over what one leaves that stops, without waiting for its lease', async () => {
    await using place = await makeInstances(TIMES)
    await using b = await place.start('b')
    {
      await using a = await place.start('a')
      const key = await a.key('shop', 'sales:create')
      place.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
      const away = { type: 'status', status: 500 } as const
      place.fake.faults.add({ operation: 'delete:Deals', kind: away, times: 3 })
      await post(a, key)
      await until(a, 'CompensationRequired')
    }
    const leftAt = place.time.clock.now()
    await until(b, 'SaleRolledBack')
    assert.ok(place.time.clock.now() - leftAt < 2 * LEASE_MS)
    assert.deepEqual(live(b), [0, 0, 0])
  })
})

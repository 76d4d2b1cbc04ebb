// A rollback deletes what its sale created, whatever fails on the way.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type { Operation } from '../../../src/adapters/fake-zoho/faults/operation.ts'
import { DEAL_ID, factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import * as a from '../../support/examples/store-examples.ts'
import {
  calls,
  eventTypes,
  FAILED,
  get,
  hangAt,
  live,
  onlySale,
  post,
  saleIdOf,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makePlace } from '../../support/gateway/place.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'

const DELETES: readonly Operation[] = ['delete:Sales_Orders', 'delete:Quotes', 'delete:Deals']
const REFUSED = 'INVALID_DATA: invalid data'
const DELETED = ['SalesOrderDeleted', 'QuoteDeleted', 'DealDeleted']

/** A sale with all three records, known and to be deleted: its last answer came too late. */
async function makeFailed() {
  const place = await makePlace()
  const at = place.time.clock.now()
  const { requested, priced, deal, quote, salesOrder, failed } = factsOf({ idempotent: false, at })
  const facts = [requested, priced, deal, quote, failed, salesOrder] as const
  await leaveSale(place, a.saleIdOf(1), facts)
  return { ...place, saleId: a.saleIdOf(1) }
}

const FAULTS: readonly FaultKind[] = [
  { type: 'refuse' },
  { type: 'status' },
  { type: 'timeoutBefore' },
  { type: 'resetAfter' },
]

describe('A rollback', () => {
  it('deletes the Sales Order, then the Quote, then the Deal', async () => {
    await using place = await makeFailed()
    await using t = await makeTestService({}, place)
    await untilEvent(t, place.saleId, 'SaleRolledBack')
    assert.deepEqual(calls(t, 'delete:'), DELETES)
    assert.deepEqual(live(t), [0, 0, 0])
    const types = await eventTypes(t, place.saleId)
    assert.deepEqual(types.slice(-5), ['SaleInterrupted', ...DELETED, 'SaleRolledBack'])
  })

  for (const kind of FAULTS) {
    for (const [index, operation] of DELETES.entries()) {
      it(`tries again what fails once: ${operation}, ${kind.type}`, async () => {
        await using place = await makeFailed()
        place.fake.faults.add({ operation, kind })
        await using t = await makeTestService({ ZOHO_REQUEST_TIMEOUT_MS: '100' }, place)
        await untilEvent(t, place.saleId, 'SaleRolledBack')
        // A record that resists holds up those below it.
        assert.deepEqual(calls(t, 'delete:'), DELETES.toSpliced(index, 0, operation))
        assert.deepEqual(live(t), [0, 0, 0])
        const types = await eventTypes(t, place.saleId)
        assert.deepEqual(types.slice(-4), [...DELETED, 'SaleRolledBack'])
        assert.deepEqual(
          t.mails.map(({ about }) => about),
          ['failed'],
        )
      })
    }
  }

  it('takes a record that is gone already for deleted', async () => {
    await using place = await makeFailed()
    place.fake.records.remove('Quotes', '9002')
    await using t = await makeTestService({}, place)
    await untilEvent(t, place.saleId, 'SaleRolledBack')
    assert.deepEqual(calls(t, 'delete:'), DELETES)
  })

  it('answers its caller only when a delete that failed once is done', async () => {
    await using t = await makeTestService()
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    t.fake.faults.add({ operation: 'delete:Deals', kind: { type: 'status' } })
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.body, FAILED)
    assert.deepEqual(live(t), [0, 0, 0])
    assert.equal((await onlySale(t)).status, 'rolled_back')
  })

  it('answers its caller after 3 s when a delete hangs, and goes on behind', async () => {
    await using t = await makeTestService({ ZOHO_REQUEST_TIMEOUT_MS: '20000' })
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    const held = hangAt(t, 'delete:Deals')
    const begin = t.time.clock.now()
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(t.time.clock.now() - begin, 3_000)
    assert.equal(answer.body, FAILED)
    assert.equal((await onlySale(t)).status, 'rolling_back')
    held.release()
    await untilEvent(t, saleIdOf(answer), 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })
})

describe('A rollback that keeps failing', () => {
  it('is stuck once, mails a person, and ends when it can', async () => {
    await using t = await makeTestService({ STUCK_AFTER_MS: '0', ZOHO_SETTLE_MS: '50' })
    const key = await t.key('shop', 'sales:create', 'sales:read')
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    t.fake.faults.add({ operation: 'delete:Deals', times: Infinity, kind: { type: 'refuse' } })
    const answer = await post(t, key, undefined, { 'idempotency-key': 'k' })
    assert.equal(answer.body, FAILED)
    const saleId = saleIdOf(answer)
    const { status, dealId, events } = (await get(t, key, `/sales/${saleId}`)).json()
    assert.equal(status, 'stuck')
    const stuck = events.find(({ type }: { readonly type: string }) => type === 'SaleStuck')
    assert.deepEqual(stuck.data, { leftovers: [{ step: 'deal', id: dealId, reason: REFUSED }] })
    assert.equal((await post(t, key, undefined, { 'idempotency-key': 'k' })).body, FAILED)

    await t.time.until('two mails are sent', () => t.mails.length === 2)
    assert.deepEqual(
      t.mails.map(({ messageId, about }) => [about, messageId]),
      [
        ['failed', `${saleId}.failed@localhost`],
        ['stuck', `${saleId}.stuck@localhost`],
      ],
    )
    const lines = t.mails[1]?.text.split('\n') ?? []
    assert.ok(lines.includes(`Left: Deals ${dealId}: ${REFUSED}`), lines.join('\n'))
    assert.ok(lines.includes(`Sale ID: ${saleId}`))

    const tries = calls(t, 'delete:').length
    await t.time.until('it is tried again', () => calls(t, 'delete:').length > tries)
    t.fake.faults.clear()
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
    const types = await eventTypes(t, saleId)
    assert.equal(types.filter((type) => type === 'SaleStuck').length, 1)
    assert.equal((await onlySale(t)).status, 'rolled_back')
    await t.time.until('its solution is mailed', () => t.mails.length === 3)
    assert.equal(t.mails[2]?.messageId, `${saleId}.solved@localhost`)
  })

  it('lists what may be there by its reference', async () => {
    const times = { STUCK_AFTER_MS: '0', ZOHO_SETTLE_MS: '50', SALE_DEADLINE_MS: '300' }
    await using t = await makeTestService({ ...times, ZOHO_REQUEST_TIMEOUT_MS: '100' })
    const forever = { times: Infinity, kind: { type: 'resetAfter' } } as const
    t.fake.faults.add({ operation: 'create:Deals', ...forever })
    t.fake.faults.add({ operation: 'coql:Deals', ...forever })
    const saleId = saleIdOf(await post(t, await t.key('shop', 'sales:create')))
    await untilEvent(t, saleId, 'SaleStuck')
    const reference = `${saleId}:deal`
    const reason = 'the search for it did not succeed: connection lost (ECONNRESET)'
    const stuck = (await onlySale(t)).events.find(({ type }) => type === 'SaleStuck')
    assert.deepEqual(stuck?.data, { leftovers: [{ step: 'deal', reference, reason }] })
    await t.time.until('two mails are sent', () => t.mails.length === 2)
    const line = `Left: Deals ${reference}: ${reason}`
    assert.ok(t.mails[1]?.text.split('\n').includes(line), t.mails[1]?.text)
    t.fake.faults.clear()
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('reports nothing twice after a restart, and is stuck for as long as it fails', async () => {
    await using place = await makeFailed()
    const rule = { operation: 'delete:Deals', times: Infinity, kind: { type: 'refuse' } } as const
    place.fake.faults.add(rule)
    const settings = { STUCK_AFTER_MS: '0', ZOHO_SETTLE_MS: '50' }
    {
      await using t = await makeTestService(settings, place)
      await untilEvent(t, place.saleId, 'SaleStuck')
      await t.time.until('two mails are sent', () => t.mails.length === 2)
      const stuck = (await onlySale(t)).events.find(({ type }) => type === 'SaleStuck')
      assert.deepEqual(stuck?.data, {
        leftovers: [{ step: 'deal', id: DEAL_ID, reason: REFUSED }],
      })
    }
    place.fake.faults.clear()
    await using t = await makeTestService(settings, place)
    await untilEvent(t, place.saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
    await t.time.pass(1_000)
    assert.deepEqual(
      t.mails.map(({ messageId }) => messageId),
      [`${place.saleId}.solved@localhost`],
    )
  })
})

describe('A completed sale with an unanswered step', () => {
  it('loses a second record with its reference, and keeps its own', async () => {
    await using t = await makeTestService({ ZOHO_SETTLE_MS: '300' })
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'resetAfter' } })
    const answer = await post(t, await t.key('shop', 'sales:create'))
    const saleId = saleIdOf(answer)
    const { dealId } = await onlySale(t)
    t.fake.records.add('Deals', { id: '9009', Gateway_Reference: `${saleId}:deal` })
    await untilEvent(t, saleId, 'SaleSettled')
    assert.deepEqual(
      t.fake.records.live('Deals').map(({ id }) => id),
      [dealId],
    )
    assert.deepEqual(
      t.fake.records.bin('Deals').map(({ id }) => id),
      ['9009'],
    )
    assert.deepEqual((await eventTypes(t, saleId)).slice(-5), [
      'SaleCompleted',
      'DealCreated',
      'ReferenceLookedUp',
      'DealDeleted',
      'SaleSettled',
    ])
    assert.equal((await onlySale(t)).dealId, dealId)
    assert.deepEqual(t.mails, [])
  })
})

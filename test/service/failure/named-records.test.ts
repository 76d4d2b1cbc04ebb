import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type { RecordState } from '../../../src/adapters/fake-zoho/world/record-states.ts'
import {
  calls,
  eventTypes,
  FAILED,
  hangAt,
  live,
  onlySale,
  post,
  SUCCESS,
  saleIdOf,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makePlace } from '../../support/gateway/place.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

const TIMES = { ZOHO_SETTLE_MS: '300', SALE_DEADLINE_MS: '1000', STUCK_AFTER_MS: '1000' }
const NO_KEY = {}
const WITH_KEY = { 'idempotency-key': 'k' }

/** The Deal is created, its answer is lost, and no read shows it: each repeat names it. */
function hideDeal(t: Pick<TestService, 'fake'>, state: RecordState): void {
  t.fake.settings.change({ newRecords: [{ module: 'Deals', state }] })
  t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'resetAfter' } })
}

function dealIn(t: Pick<TestService, 'fake'>): string {
  const [deal] = t.fake.records.live('Deals')
  assert.ok(deal !== undefined)
  return deal.id
}

/** A refusal that names a record as the holder of our reference, as Zoho writes it. */
function naming(id: string): FaultKind {
  const details = { api_name: 'Gateway_Reference', id, duplicate_record: { id } }
  const item = { code: 'DUPLICATE_DATA', details, message: 'duplicate data', status: 'error' }
  return { type: 'status', status: 400, body: JSON.stringify({ data: [item] }) }
}

describe('A record that Zoho names for our reference and shows to nobody', () => {
  it('is left when its delete is refused: stuck, and named by the event and by both mails', async () => {
    await using t = await makeTestService(TIMES)
    hideDeal(t, { type: 'hidden' })
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.body, FAILED)
    const id = dealIn(t)
    const saleId = saleIdOf(answer)
    await untilEvent(t, saleId, 'SaleStuck')
    await t.time.pass(60_000)
    const sale = await onlySale(t)
    assert.equal(sale.status, 'stuck')
    const types = sale.events.map(({ type }) => type)
    assert.equal(types.filter((type) => type === 'RecordNamed').length, 1)
    assert.ok(!types.includes('SaleRolledBack'))
    const stuck = sale.events.find(({ type }) => type === 'SaleStuck')
    const reason = 'only ever named, never seen: NO_PERMISSION: permission denied'
    assert.deepEqual(stuck?.data, { leftovers: [{ step: 'deal', id, reason }] })
    const [failure, second] = t.mails
    assert.ok(failure?.text.split('\n').includes(`Deal ID: ${id}`), failure?.text)
    assert.ok(second?.text.split('\n').includes(`Left: Deals ${id}: ${reason}`), second?.text)
    assert.match(second?.text ?? '', /"only ever named": .* Do not delete it by hand/s)

    t.fake.states.set(id, { type: 'plain' })
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('is deleted by its id where the user may', async () => {
    await using t = await makeTestService(TIMES)
    hideDeal(t, { type: 'hidden', isDeletable: true })
    const answer = await post(t, await t.key('shop', 'sales:create'))
    await untilEvent(t, saleIdOf(answer), 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
    assert.deepEqual((await eventTypes(t, saleIdOf(answer))).slice(-6), [
      'RecordNamed',
      'CompensationRequired',
      'ReferenceLookedUp',
      'DealDeleted',
      'ReferenceLookedUp',
      'SaleRolledBack',
    ])
    assert.equal(t.mails.length, 1)
  })

  it('is not gone because no read shows it, whatever its delete is answered', async () => {
    for (const kind of [
      { type: 'notDeleted' },
      { type: 'odd', status: 204 },
      { type: 'odd', status: 404 },
      { type: 'odd', status: 400, body: '{"code":"KAYIT_YOK","status":"error"}' },
    ] as const satisfies FaultKind[]) {
      await using t = await makeTestService(TIMES)
      hideDeal(t, { type: 'hidden', isDeletable: true })
      t.fake.faults.add({ operation: 'delete:Deals', times: Infinity, kind })
      const saleId = saleIdOf(await post(t, await t.key('shop', 'sales:create')))
      await untilEvent(t, saleId, 'SaleStuck')
      assert.match(t.mails[1]?.text ?? '', /only ever named, never seen: .*; and no read shows it/)
      t.fake.faults.clear()
      await untilEvent(t, saleId, 'SaleRolledBack')
      assert.deepEqual(live(t), [0, 0, 0])
    }
  })

  for (const status of [401, 429]) {
    it(`is known, too, where the answer that names it has status ${status}`, async () => {
      await using t = await makeTestService(TIMES)
      t.fake.records.add('Deals', { id: '9009' })
      t.fake.states.set('9009', { type: 'hidden', isDeletable: true })
      const kind = { ...naming('9009'), status }
      t.fake.faults.add({ operation: 'create:Deals', times: Infinity, kind })
      const saleId = saleIdOf(await post(t, await t.key('shop', 'sales:create')))
      await untilEvent(t, saleId, 'SaleRolledBack')
      assert.deepEqual(live(t), [0, 0, 0])
    })
  }

  it('is the Deal of the sale once a read shows it in time', async () => {
    await using t = await makeTestService({ ...TIMES, SALE_DEADLINE_MS: '5000' })
    hideDeal(t, { type: 'hidden', forMs: 500 })
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.body, SUCCESS)
    assert.equal((await onlySale(t)).dealId, dealIn(t))
    await untilEvent(t, saleIdOf(answer), 'SaleSettled')
    assert.deepEqual(live(t), [1, 1, 1])
  })

  it('is seen by a look of the rollback, and deleted as what was seen', async () => {
    await using t = await makeTestService(TIMES)
    hideDeal(t, { type: 'hidden', forMs: 1_200 })
    t.fake.faults.add({ operation: 'delete:Deals', times: 1, kind: { type: 'resetAfter' } })
    const saleId = saleIdOf(await post(t, await t.key('shop', 'sales:create')))
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })

  for (const headers of [NO_KEY, WITH_KEY]) {
    const key = headers === WITH_KEY ? 'with a key' : 'without a key'

    it(`is known after a restart of a sale ${key}`, async () => {
      await using place = await makePlace()
      let saleId: ReturnType<typeof saleIdOf>
      {
        await using t = await makeTestService(TIMES, place)
        hideDeal(t, { type: 'hidden', isDeletable: true })
        const answered = post(t, await t.key('shop', 'sales:create'), undefined, headers)
        await t.time.until('it is named', async () => {
          const { sales } = await t.store.saleReader.list({ limit: 1 })
          const [sale] = sales
          return sale !== undefined && (await eventTypes(t, sale.saleId)).includes('RecordNamed')
        })
        const held = hangAt(t, 'delete:Deals')
        await held.arrived()
        await t.stop()
        saleId = saleIdOf(await answered)
        held.release()
      }
      await using t = await makeTestService(TIMES, place)
      await untilEvent(t, saleId, 'SaleRolledBack')
      assert.deepEqual(live(t), [0, 0, 0])
    })
  }

  it('is deleted after settle time in a sale that was completed with another one', async () => {
    await using t = await makeTestService(TIMES)
    t.fake.records.add('Deals', { id: '9009' })
    t.fake.states.set('9009', { type: 'hidden', isDeletable: true })
    t.fake.faults.add({ operation: 'create:Deals', kind: naming('9009') })
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.body, SUCCESS)
    const saleId = saleIdOf(answer)
    await untilEvent(t, saleId, 'SaleSettled')
    assert.deepEqual(live(t), [1, 1, 1])
    assert.deepEqual((await eventTypes(t, saleId)).slice(-4), [
      'SaleCompleted',
      'ReferenceLookedUp',
      'DealDeleted',
      'SaleSettled',
    ])
    assert.deepEqual(t.mails, [])
  })

  it('is one of several when Zoho names another one next', async () => {
    await using t = await makeTestService(TIMES)
    for (const id of ['9008', '9009']) {
      t.fake.records.add('Deals', { id })
      t.fake.states.set(id, { type: 'hidden', isDeletable: true })
      t.fake.faults.add({ operation: 'create:Deals', kind: naming(id) })
    }
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'refuse' } })
    const saleId = saleIdOf(await post(t, await t.key('shop', 'sales:create')))
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
    assert.equal(calls(t, 'delete:Deals').length, 2)
  })
})

describe('A create that is refused in unknown words', () => {
  const ODD: readonly (readonly [number, string])[] = [
    [400, '{"data":[{"code":"YENI_BIR_KURAL","message":"olmaz","status":"error"}]}'],
    [400, '<html></html>'],
    [403, ''],
    [404, '{"code":"NOBODY_KNOWS","status":"error"}'],
    [409, ''],
    [412, '{"code":"ALREADY","status":"error"}'],
    [423, ''],
  ]
  for (const [status, body] of ODD) {
    it(`fails the sale at once, and is looked for all the same: ${status} ${body}`, async () => {
      await using t = await makeTestService(TIMES)
      t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'statusAfter', status, body } })
      const answer = await post(t, await t.key('shop', 'sales:create'))
      assert.equal(answer.body, FAILED)
      const saleId = saleIdOf(answer)
      await untilEvent(t, saleId, 'SaleRolledBack')
      assert.equal(calls(t, 'create:Quotes').length, 1)
      assert.deepEqual(live(t), [0, 0, 0])
      assert.equal((await onlySale(t)).failure?.step, 'quote')
      const types = await eventTypes(t, saleId)
      const at = types.indexOf('CompensationRequired')
      assert.equal(types[at - 1], 'CreateUnanswered')
    })
  }
})

describe('The own words of the organisation', () => {
  it('are in the mail about the failure, and in no event, answer or line of the log', async () => {
    await using t = await makeTestService(TIMES)
    const own = "Tutar 1000 TL'den büyük olmalı"
    const kind = { type: 'refuse', code: 'INVALID_DATA', message: own } as const
    t.fake.faults.add({ operation: 'create:Deals', kind })
    const answer = await post(t, await t.key('shop', 'sales:create'))
    await untilEvent(t, saleIdOf(answer), 'SaleRolledBack')
    await t.time.until('the mail is sent', () => t.mails.length === 1)
    const line = t.mails[0]?.text.split('\n').find((one) => one.startsWith('Error Message: '))
    assert.match(line ?? '', /^Error Message: Deal: INVALID_DATA: /)
    assert.ok(line?.endsWith(own), line)
    const events = JSON.stringify(await t.store.saleReader.events(0, 1_000))
    assert.ok(!events.includes('büyük'), events)
    assert.ok(!t.logLines.join('\n').includes('büyük'))
    assert.ok(!answer.body.includes('büyük'))
  })
})

// The log holds the calls to the CRM that led to each event.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEAL_ID, factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import * as a from '../../support/examples/store-examples.ts'
import {
  get,
  live,
  onlySale,
  post,
  saleIdOf,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makePlace } from '../../support/gateway/place.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

const sell = async (t: TestService) => post(t, await t.key('shop', 'sales:create'))

/** Each event with what the CRM was asked to change before it, and how that ended. */
async function told(t: TestService) {
  const { events } = await onlySale(t)
  return events.map(({ type, calls = [] }) => [
    type,
    ...calls.map(({ operation, module, outcome, answer }) =>
      [operation, module, outcome, answer].join(' '),
    ),
  ])
}

const LOCKED = 'refused RECORD_LOCKED: locked'

describe('The calls of a sale', () => {
  it('stand with the events they led to, each with its reference, time and duration', async () => {
    await using t = await makeTestService()
    const saleId = saleIdOf(await sell(t))
    assert.deepEqual(await told(t), [
      ['SaleRequested'],
      ['SalePriced'],
      ['DealCreated', 'create Deals done success'],
      ['QuoteCreated', 'create Quotes done success'],
      ['SalesOrderCreated', 'create Sales_Orders done success'],
      ['SaleCompleted'],
    ])
    const calls = (await onlySale(t)).events.flatMap(({ calls = [] }) => calls)
    assert.deepEqual(
      calls.map((call) => 'reference' in call && call.reference),
      ['deal', 'quote', 'salesOrder'].map((step) => `${saleId}:${step}`),
    )
    for (const { at, ms } of calls) {
      assert.equal(new Date(at).toISOString(), at)
      assert.ok(Number.isInteger(ms) && ms >= 0)
    }
  })

  it('are published, members in order, to the client and the auditor', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'admin')
    const saleId = saleIdOf(await post(t, key))
    const { events } = (await get(t, key, `/sales/${saleId}`)).json()
    const names = ['operation', 'module', 'reference', 'at', 'ms', 'outcome', 'answer']
    assert.deepEqual(Object.keys(events[2].calls[0]), names)
    const line = (await get(t, key, '/log')).body.split('\n').find((text) => /DealCr/.test(text))
    assert.deepEqual(JSON.parse(line ?? ''), events[2])
  })

  it('that were refused are recorded, and so is each delete of the rollback', async () => {
    await using t = await makeTestService()
    t.fake.faults.add({
      operation: 'create:Quotes',
      kind: { type: 'refuse', code: 'NOT_APPROVED', message: 'not approved' },
    })
    const saleId = saleIdOf(await sell(t))
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual((await told(t)).slice(2), [
      ['DealCreated', 'create Deals done success'],
      ['CompensationRequired', 'create Quotes refused NOT_APPROVED: not approved'],
      ['DealDeleted', 'delete Deals done success'],
      ['SaleRolledBack'],
    ])
  })

  it('without an answer are recorded at once, and the repeat by what it found', async () => {
    await using t = await makeTestService()
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'resetAfter' } })
    await sell(t)
    const [, , unanswered, created] = await told(t)
    assert.equal(unanswered?.[0], 'CreateUnanswered')
    assert.match(String(unanswered?.[1]), /^create Deals unknown connection lost/)
    const adopted = 'create Deals done an earlier attempt had made it'
    assert.deepEqual(created, ['DealCreated', adopted])
  })

  it('that were not sent ride on the next event', async () => {
    await using t = await makeTestService({ SALE_DEADLINE_MS: '20000' })
    const kind = { type: 'status', status: 429 } as const
    t.fake.faults.add({ operation: 'create:Deals', kind })
    await sell(t)
    const [, , created = []] = await told(t)
    assert.equal(created[0], 'DealCreated')
    assert.match(String(created[1]), /^create Deals notSent TOO_MANY_REQUESTS/)
    assert.equal(created.at(-1), 'create Deals done success')
  })

  it('that came to nothing ride on the next event, the last twenty in detail', async () => {
    await using place = await makePlace()
    const at = place.time.clock.now()
    const { requested, priced, deal, failed } = factsOf({ idempotent: false, at })
    await leaveSale(place, a.saleIdOf(1), [requested, priced, deal, failed])
    const kind = { type: 'refuse', code: 'RECORD_LOCKED', message: 'locked' } as const
    place.fake.faults.add({ operation: 'delete:Deals', times: 3, kind })
    await using t = await makeTestService({}, place)
    await untilEvent(t, a.saleIdOf(1), 'SaleRolledBack')
    assert.deepEqual((await told(t)).slice(4), [
      ['SaleInterrupted'],
      ['DealDeleted', ...Array(3).fill(`delete Deals ${LOCKED}`), 'delete Deals done success'],
      ['SaleRolledBack'],
    ])
    const deleted = (await onlySale(t)).events.find(({ type }) => type === 'DealDeleted')
    assert.ok(deleted?.calls?.every((call) => 'id' in call && call.id === DEAL_ID))
    assert.deepEqual(live(t), [0, 0, 0])
    await t.time.until('the mails are sent', () => t.mails.length > 0)
  })
})

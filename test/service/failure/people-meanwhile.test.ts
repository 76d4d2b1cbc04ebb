import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Operation } from '../../../src/adapters/fake-zoho/faults/operation.ts'
import type { ModuleName } from '../../../src/adapters/fake-zoho/schema/module-names.ts'
import {
  calls,
  eventTypes,
  FAILED,
  holdAt,
  live,
  onlySale,
  post,
  SUCCESS,
  saleIdOf,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

const TIMES = {
  ZOHO_SETTLE_MS: '300',
  STUCK_AFTER_MS: '1000',
  ZOHO_REQUEST_TIMEOUT_MS: '20000',
  SALE_DEADLINE_MS: '20000',
}

/** Sells, and lets people change the CRM while the call waits that is on its way to it. */
async function sellWhile(t: TestService, operation: Operation, people: () => void) {
  const held = holdAt(t, operation)
  const answered = post(t, await t.key('shop', 'sales:create'))
  await held.arrived()
  people()
  held.release()
  const answer = await answered
  return { answer, saleId: saleIdOf(answer) }
}

/** The one live record of a module. */
function only(t: TestService, module: ModuleName) {
  const [record, ...others] = t.fake.records.live(module)
  assert.ok(record !== undefined && others.length === 0)
  return record
}

function refuseOrder(t: TestService): void {
  t.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
}

function leftLines(t: TestService): readonly string[] {
  const text = t.mails.find(({ about }) => about === 'stuck')?.text ?? ''
  return text.split('\n').filter((line) => line.startsWith('Left: '))
}

describe('What people do to a record of a sale that is on its way', () => {
  it('an edit: the sale goes on, and a rollback deletes what was edited', async () => {
    for (const fails of [false, true]) {
      await using t = await makeTestService(TIMES)
      if (fails) refuseOrder(t)
      const { answer, saleId } = await sellWhile(t, 'create:Quotes', () => {
        const deal = only(t, 'Deals')
        t.fake.records.add('Deals', { ...deal, Deal_Name: 'Ours now', Amount: 1 })
      })
      assert.equal(answer.body, fails ? FAILED : SUCCESS)
      if (!fails) {
        assert.equal(only(t, 'Deals')['Deal_Name'], 'Ours now')
        continue
      }
      await untilEvent(t, saleId, 'SaleRolledBack')
      assert.deepEqual(live(t), [0, 0, 0])
    }
  })

  it('a delete before the next create: Zoho refuses that one, and the sale is rolled back', async () => {
    for (const [module, operation] of [
      ['Deals', 'create:Quotes'],
      ['Deals', 'create:Sales_Orders'],
      ['Quotes', 'create:Sales_Orders'],
    ] as const) {
      await using t = await makeTestService(TIMES)
      const { answer, saleId } = await sellWhile(t, operation, () => {
        t.fake.records.remove(module, only(t, module).id)
      })
      assert.equal(answer.body, FAILED)
      await untilEvent(t, saleId, 'SaleRolledBack')
      assert.deepEqual(live(t), [0, 0, 0])
    }
  })

  for (const goneDeleteAnswer of ['notDeleted', 'invalidId', 'noContent', 'notFound'] as const) {
    for (const unknownIdAnswer of ['noContent', 'invalidId', 'notFound'] as const) {
      it(`a delete before our own: it is gone, and holds up nothing (${goneDeleteAnswer}, ${unknownIdAnswer})`, async () => {
        await using t = await makeTestService(TIMES)
        t.fake.settings.change({ goneDeleteAnswer, unknownIdAnswer })
        refuseOrder(t)
        const { saleId } = await sellWhile(t, 'delete:Quotes', () => {
          t.fake.records.remove('Quotes', only(t, 'Quotes').id)
        })
        await untilEvent(t, saleId, 'SaleRolledBack')
        assert.deepEqual(live(t), [0, 0, 0])
        assert.equal(calls(t, 'delete:Quotes').length, 1)
        assert.equal(t.mails.length, 1)
      })
    }
  }

  it('a lock: the record is left, the mail reports why, and it goes once it is unlocked', async () => {
    await using t = await makeTestService(TIMES)
    refuseOrder(t)
    const { saleId } = await sellWhile(t, 'create:Sales_Orders', () =>
      t.fake.states.set(only(t, 'Deals').id, { type: 'locked' }),
    )
    await untilEvent(t, saleId, 'SaleStuck')
    const deal = only(t, 'Deals').id
    await t.time.until('the mail is sent', () => t.mails.length === 2)
    assert.deepEqual(leftLines(t), [`Left: Deals ${deal}: RECORD_LOCKED: record is locked`])
    t.fake.states.set(deal, { type: 'plain' })
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('an approval that is due: the mail lists what it holds up, too, and both go once it is given', async () => {
    await using t = await makeTestService(TIMES)
    t.fake.settings.change({ newRecords: [{ module: 'Quotes', state: { type: 'pending' } }] })
    refuseOrder(t)
    const saleId = saleIdOf(await post(t, await t.key('shop', 'sales:create')))
    await untilEvent(t, saleId, 'SaleStuck')
    await t.time.until('the mail is sent', () => t.mails.length === 2)
    const [deal, quote] = [only(t, 'Deals').id, only(t, 'Quotes').id]
    assert.deepEqual(leftLines(t), [
      `Left: Deals ${deal}: it waits until Quote ${quote} is deleted`,
      `Left: Quotes ${quote}: NOT_APPROVED: record is not approved`,
    ])
    t.fake.states.set(quote, { type: 'plain' })
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('a conversion: what people make of our Quote is theirs, and stays', async () => {
    await using t = await makeTestService(TIMES)
    refuseOrder(t)
    const { saleId } = await sellWhile(t, 'create:Sales_Orders', () => {
      const link = { id: only(t, 'Quotes').id }
      t.fake.records.add('Sales_Orders', { id: '9100', Subject: 'By hand', Quote_Name: link })
    })
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 1])
    assert.equal(only(t, 'Sales_Orders').id, '9100')
  })

  it('a merge into a record of theirs: ours is gone, and theirs stays without our reference', async () => {
    await using t = await makeTestService(TIMES)
    refuseOrder(t)
    t.fake.records.add('Deals', { id: '9100', Deal_Name: 'Theirs' })
    const { saleId } = await sellWhile(t, 'delete:Quotes', () => {
      const [theirs, ours] = t.fake.records.live('Deals')
      assert.equal(theirs?.id, '9100')
      t.fake.records.remove('Deals', ours?.id ?? '')
    })
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [1, 0, 0])
  })

  it('our reference on a record of theirs: a look takes it for ours and has it deleted', async () => {
    await using t = await makeTestService({ ...TIMES, SALE_DEADLINE_MS: '1000' })
    const everLost = { times: Infinity, kind: { type: 'resetBefore' } } as const
    t.fake.faults.add({ operation: 'create:Quotes', ...everLost })
    const { saleId } = await sellWhile(t, 'delete:Deals', () => {
      const Gateway_Reference = String(only(t, 'Deals')['Gateway_Reference'])
      const reference = Gateway_Reference.replace(':deal', ':quote')
      t.fake.records.add('Quotes', { id: '9100', Gateway_Reference: reference })
    })
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('our reference taken off: a known record is deleted by its id all the same', async () => {
    await using t = await makeTestService(TIMES)
    refuseOrder(t)
    const { saleId } = await sellWhile(t, 'create:Sales_Orders', () => {
      for (const module of ['Deals', 'Quotes'] as const) {
        t.fake.records.add(module, { ...only(t, module), Gateway_Reference: null })
      }
    })
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('a record hidden from our user after its answer: its delete is refused, so it is left', async () => {
    await using t = await makeTestService(TIMES)
    refuseOrder(t)
    const { saleId } = await sellWhile(t, 'create:Sales_Orders', () =>
      t.fake.states.set(only(t, 'Quotes').id, { type: 'hidden' }),
    )
    await untilEvent(t, saleId, 'SaleStuck')
    await t.time.until('the mail is sent', () => t.mails.length === 2)
    assert.match(leftLines(t)[1] ?? '', /^Left: Quotes \d+: NO_PERMISSION: permission denied$/)
    assert.deepEqual(live(t), [1, 1, 0])
  })
})

describe('What people do to the records of a completed sale', () => {
  it('is nothing to the gateway', async () => {
    await using t = await makeTestService(TIMES)
    const saleId = saleIdOf(await post(t, await t.key('shop', 'sales:create')))
    const before = await eventTypes(t, saleId)
    for (const module of ['Deals', 'Quotes', 'Sales_Orders'] as const) {
      t.fake.records.remove(module, only(t, module).id)
    }
    const met = t.fake.journal.length
    await t.time.pass(60_000)
    assert.equal(t.fake.journal.length, met)
    assert.deepEqual(await eventTypes(t, saleId), before)
    assert.equal((await onlySale(t)).status, 'completed')
  })

  it('is nothing to the second look either, which deletes only what is not the sale’s own', async () => {
    await using t = await makeTestService(TIMES)
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'resetAfter' } })
    const saleId = saleIdOf(await post(t, await t.key('shop', 'sales:create')))
    t.fake.records.remove('Deals', only(t, 'Deals').id)
    await untilEvent(t, saleId, 'SaleSettled')
    assert.deepEqual(live(t), [0, 1, 1])
    assert.deepEqual(calls(t, 'delete:'), [])
  })
})

describe('A create whose answer has another id than the one that a look finds', () => {
  it('has both deleted in a rollback, where the create was not answered before', async () => {
    await using t = await makeTestService(TIMES)
    refuseOrder(t)
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'resetBefore' } })
    const held = holdAt(t, 'create:Sales_Orders')
    const answered = post(t, await t.key('shop', 'sales:create'))
    await held.arrived()
    const { saleId } = await onlySale(t)
    t.fake.records.add('Quotes', { id: '9100', Gateway_Reference: `${saleId}:quote` })
    held.release()
    await answered
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
    assert.equal(calls(t, 'delete:Quotes').length, 2)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  FIND_LENGTH_MAX,
  type Found,
  HITS_MAX,
  makeFindAnything,
} from '../../../src/application/desk/find-anything.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import * as sale from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'

/** A store in memory, and what is found in it. */
async function openPlace() {
  const store = await openStore(':memory:')
  return {
    ...store,
    find: makeFindAnything(store),
    async add(number: number, rest = sold(), requestId = `request-${number}`) {
      const saleId = a.saleIdOf(number)
      const actor = { ...a.actor, requestId }
      const claim = { ...a.claim, key: `order-${number}` }
      await store.sales.begin({ ...a.firstOf(saleId), actor }, claim, sale.now)
      await store.sales.append(a.appendOf(saleId, [sale.requested], rest))
    },
    [Symbol.asyncDispose]: () => store.close(),
  }
}

function sold() {
  return [sale.priced, ...a.completed]
}

/** What was found, as `record 3 2 …`: the meaning, the numbers of the sales, and whether there are more. */
function linesOf({ sales }: Found): readonly string[] {
  return sales.map(({ by, sales: its, more }) =>
    [by, ...its.map(({ saleId }) => Number(saleId.slice(-4))), ...(more ? ['…'] : [])].join(' '),
  )
}

describe('Finding anything', () => {
  it('finds one sale by each thing that people hold of it', async () => {
    await using place = await openPlace()
    await place.add(1)
    for (const [text, by] of [
      [a.saleIdOf(1), 'saleId'],
      [a.saleIdOf(1).toUpperCase(), 'saleId'],
      [a.saleIdOf(1).slice(-12), 'endOfSaleId'],
      [sale.dealId, 'record'],
      [sale.quoteId, 'record'],
      [` ${sale.salesOrderId}\t`, 'record'],
      [sale.contactId, 'contact'],
      ['request-1', 'request'],
      ['order-1', 'idempotencyKey'],
    ] as const) {
      assert.deepEqual(linesOf(await place.find(text)), [`${by} 1`], text)
    }
  })

  it('gives every meaning of a text', async () => {
    await using place = await openPlace()
    // The end of this sale's id is the id of the contact of the other, and of its request.
    const contactId = a.saleIdOf(1).slice(-12) as typeof sale.contactId
    const event = { ...sale.requested, data: { ...sale.requested.data, contactId } }
    const actor = { ...a.actor, requestId: contactId }
    await place.add(1)
    await place.sales.begin({ ...a.firstOf(a.saleIdOf(2), { event }), actor }, undefined, sale.now)
    assert.deepEqual(linesOf(await place.find(contactId)), [
      'endOfSaleId 1',
      'contact 2',
      'request 2',
    ])
  })

  it('finds nothing for a text that means nothing, is empty, or is too long', async () => {
    await using place = await openPlace()
    await place.add(1)
    for (const text of ['', ' ', 'nothing', '0000', a.saleIdOf(9), '123', "'; drop table sale"]) {
      const { sales, naming, asked, clients, key } = await place.find(text)
      assert.deepEqual([sales, naming, asked, clients, key], [[], [], [], [], undefined], text)
    }
    const long = 'w'.repeat(FIND_LENGTH_MAX)
    await place.add(2, sold(), long)
    assert.deepEqual(linesOf(await place.find(long)), ['request 2'])
    await place.add(3, sold(), `${long}w`)
    assert.deepEqual(linesOf(await place.find(`${long}w`)), [])
  })

  it('shows which events name a record, and of which sale', async () => {
    await using place = await openPlace()
    await place.add(1, [sale.priced, sale.dealCreated, a.failed, ...a.rolledBack])
    await place.add(2)
    const { naming, sales } = await place.find(sale.dealId)
    assert.deepEqual(
      naming.map(({ saleId, step, type }) => [saleId, step, type]),
      [2, 1].map((number) => [a.saleIdOf(number), 'deal', 'DealCreated']),
    )
    assert.equal(sales[0]?.sales[1]?.status, 'rolled_back')
  })

  it('lists no more than its limit, and says that there are more', async () => {
    await using place = await openPlace()
    for (let number = 1; number <= HITS_MAX; number += 1) await place.add(number)
    const whole = await place.find(sale.contactId)
    assert.deepEqual([whole.sales[0]?.sales.length, whole.sales[0]?.more], [HITS_MAX, false])
    await place.add(HITS_MAX + 1, sold(), 'request-1')
    for (const text of [sale.contactId, sale.dealId]) {
      const { sales, naming } = await place.find(text)
      const [group] = sales
      assert.deepEqual([group?.sales.length, group?.more], [HITS_MAX, true], text)
      assert.equal(group?.sales[0]?.saleId, a.saleIdOf(HITS_MAX + 1))
      assert.equal(naming.length, text === sale.dealId ? HITS_MAX : 0)
    }
    assert.deepEqual(linesOf(await place.find('request-1')), [`request ${HITS_MAX + 1} 1`])
  })

  it('finds clients by name, also those that only have a key, and a key by its public id', async () => {
    await using place = await openPlace()
    await place.add(1)
    const newKey = { client: 'web-auditor', scopes: [], createdAt: sale.now, expiresAt: null }
    const { id } = await place.keys.create(newKey, a.operator)
    assert.deepEqual((await place.find('web')).clients, ['web-auditor', 'web-shop'])
    assert.deepEqual((await place.find('web-shop')).clients, ['web-shop'])
    const { key, moreClients } = await place.find(id)
    assert.deepEqual([key?.id, key?.client, moreClients], [id, 'web-auditor', false])
    for (let number = 1; number <= HITS_MAX; number += 1) {
      await place.keys.create({ ...newKey, client: `till ${number}` }, a.operator)
    }
    assert.equal((await place.find('till')).moreClients, false)
    await place.keys.create({ ...newKey, client: 'till 0' }, a.operator)
    const tills = await place.find('till')
    assert.deepEqual([tills.clients.length, tills.moreClients], [HITS_MAX, true])
  })

  it('shows what else a request led to', async () => {
    await using place = await openPlace()
    const actor = { ...a.actor, requestId: 'request-9' }
    const data = { day: '2026-11-23', what: '/audit' }
    await place.eventLog.recordOnce({ type: 'AuditorLooked', at: sale.now, data }, actor)
    const { asked, sales } = await place.find('request-9')
    assert.deepEqual([asked, sales], [[{ position: 1, type: 'AuditorLooked', saleId: null }], []])
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CrmId } from '../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import * as sale from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'

const [FIRST, SECOND] = [a.saleIdOf(1), a.saleIdOf(2)]

/** Adds a sale with these events, asked for by the request `requestId`. */
async function add(
  { sales }: a.Stores,
  number: number,
  events: readonly SaleEvent[],
  { requestId = `request-${number}`, client = a.client } = {},
): Promise<void> {
  const first = a.firstOf(a.saleIdOf(number), { client })
  await sales.begin({ ...first, actor: { ...a.actor, client, requestId } }, undefined, sale.now)
  if (events.length === 0) return
  const actor = { system: 'gateway' }
  await sales.append({ ...a.appendOf(a.saleIdOf(number), [sale.requested], events), actor })
}

/** What `Finds` promises, of any adapter. */
export function findsContract(kind: a.StoreKind): void {
  describe(`Finds contract: ${kind.name}`, () => {
    it('finds the sale of each record that was made for it', async () => {
      await using stores = await kind.fresh()
      await add(stores, 1, [sale.priced, ...a.completed])
      await add(stores, 2, [])
      for (const [id, step, type, position] of [
        [sale.dealId, 'deal', 'DealCreated', 3],
        [sale.quoteId, 'quote', 'QuoteCreated', 4],
        [sale.salesOrderId, 'salesOrder', 'SalesOrderCreated', 5],
      ] as const) {
        assert.deepEqual(await stores.finds.ofRecord(id, 9), [
          { saleId: FIRST, step, type, position },
        ])
      }
      assert.deepEqual(await stores.finds.ofRecord(sale.contactId, 9), [])
    })

    it('finds a record that was deleted, was only named, or was deleted by a person', async () => {
      await using stores = await kind.fresh()
      const named = { step: 'quote', id: sale.strangerId } as const
      await add(stores, 1, [
        sale.priced,
        sale.dealCreated,
        { type: 'RecordNamed', at: sale.now, data: named },
        a.failed,
        { type: 'QuoteDeleted', at: sale.now, data: { quoteId: sale.strangerId } },
        ...a.rolledBack,
      ])
      const of = async (id: CrmId) =>
        (await stores.finds.ofRecord(id, 9)).map(({ type, step }) => [type, step])
      assert.deepEqual(await of(sale.dealId), [['DealCreated', 'deal']])
      assert.deepEqual(await of(sale.strangerId), [['RecordNamed', 'quote']])

      const orphan = { saleId: FIRST, step: 'salesOrder', id: '99' as CrmId } as const
      const event = { type: 'OrphanDeleted', at: sale.now, data: orphan } as const
      const position = await stores.eventLog.record(event, a.operator)
      const { saleId, step } = orphan
      assert.deepEqual(await stores.finds.ofRecord(orphan.id, 9), [
        { saleId, step, type: 'OrphanDeleted', position },
      ])
    })

    it('finds every sale that named a record, newest first, up to the limit', async () => {
      await using stores = await kind.fresh()
      for (const number of [1, 2, 3]) await add(stores, number, [sale.priced, sale.dealCreated])
      const saleIds = async (limit: number) =>
        (await stores.finds.ofRecord(sale.dealId, limit)).map(({ saleId }) => saleId)
      assert.deepEqual(await saleIds(9), [3, 2, 1].map(a.saleIdOf))
      assert.deepEqual(await saleIds(2), [3, 2].map(a.saleIdOf))
    })

    it('finds the sales that a key asked for, in its time and up to the limit', async () => {
      await using stores = await kind.fresh()
      const begin = (number: number, keyId: string, client: string) => {
        const first = a.firstOf(a.saleIdOf(number), { client })
        return stores.sales.begin(
          { ...first, actor: { ...a.actor, client, keyId } },
          undefined,
          sale.now,
        )
      }
      await begin(1, 'old', 'web')
      await begin(2, 'new', 'web')
      await begin(3, 'old', 'web')
      await begin(4, 'old', 'kiosk')
      const key = { id: 'old', client: 'web', from: sale.now, until: undefined }
      const found = (more: object, limit = 9) => stores.finds.ofApiKey({ ...key, ...more }, limit)
      const [one, three] = [a.saleIdOf(1), a.saleIdOf(3)]
      assert.deepEqual(await found({}), { saleIds: [three, one], lookedAt: 3 })
      assert.deepEqual(await found({ until: sale.now }), { saleIds: [three, one], lookedAt: 3 })
      assert.deepEqual(await found({}, 2), { saleIds: [three], lookedAt: 2 })
      assert.deepEqual(await found({ from: a.later(1) }), { saleIds: [], lookedAt: 0 })
      assert.deepEqual(await found({ until: a.later(-1) }), { saleIds: [], lookedAt: 0 })
      assert.deepEqual(await found({ id: 'none' }), { saleIds: [], lookedAt: 3 })
    })

    it('finds what a request led to: sales, looks and exports', async () => {
      await using stores = await kind.fresh()
      await add(stores, 1, [sale.priced], { requestId: 'request-one' })
      await add(stores, 2, [], { requestId: 'request-one' })
      const actor = { ...a.actor, requestId: 'request-two' }
      const day = '2026-11-23'
      const look = { type: 'AuditorLooked', at: sale.now, data: { day, what: '/audit' } } as const
      await stores.eventLog.recordOnce(look, actor)
      assert.deepEqual(await stores.finds.ofRequest('request-one', 9), [
        { position: 3, type: 'SaleRequested', saleId: SECOND },
        { position: 1, type: 'SaleRequested', saleId: FIRST },
      ])
      assert.equal((await stores.finds.ofRequest('request-one', 1)).length, 1)
      assert.deepEqual(await stores.finds.ofRequest('request-two', 9), [
        { position: 4, type: 'AuditorLooked', saleId: null },
      ])
      assert.deepEqual(await stores.finds.ofRequest('request', 9), [])
    })

    it('finds the sales of an Idempotency-Key, of each client that used it', async () => {
      await using stores = await kind.fresh()
      for (const [number, client, key] of [
        [1, 'web-shop', 'order-1'],
        [2, 'kiosk', 'order-1'],
        [3, 'kiosk', 'order-2'],
      ] as const) {
        const claim = { client, key, request: '{}' }
        await stores.sales.begin(a.firstOf(a.saleIdOf(number), { client }), claim, sale.now)
      }
      const { finds } = stores
      assert.deepEqual((await finds.ofIdempotencyKey('order-1', 9)).toSorted(), [FIRST, SECOND])
      assert.equal((await finds.ofIdempotencyKey('order-1', 1)).length, 1)
      assert.deepEqual(await finds.ofIdempotencyKey('order-2', 9), [a.saleIdOf(3)])
      assert.deepEqual(await finds.ofIdempotencyKey('order-3', 9), [])
    })

    it('finds clients by the beginning of their names, in order', async () => {
      await using stores = await kind.fresh()
      const clients = ['web-shop', 'web', 'kiosk', 'WEB', 'web-store', 'wex', 'web-shop']
      for (const [index, client] of clients.entries()) await add(stores, index + 1, [], { client })
      const { finds } = stores
      assert.deepEqual(await finds.clientsBeginningWith('web', 9), ['web', 'web-shop', 'web-store'])
      assert.deepEqual(await finds.clientsBeginningWith('web', 2), ['web', 'web-shop'])
      assert.deepEqual(await finds.clientsBeginningWith('wex', 9), ['wex'])
      assert.deepEqual(await finds.clientsBeginningWith('we%', 9), [])
      assert.deepEqual(await finds.clientsBeginningWith('zoo', 9), [])
    })
  })
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorCode } from '../../../../src/application/base/errors.ts'
import type { SaleId } from '../../../../src/domain/ids.ts'
import { dealCreated, priced, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { readable } from '../../../support/log/readable.ts'

const DAY_MS = 86_400_000
const saleId = a.saleIdOf(1)
const otherId = a.saleIdOf(2)

const isConflict = (error: unknown) => errorCode(error) === 'conflict'

/** What `SaleStore` promises, of any adapter. */
export function saleStoreContract(name: string, makeStores: a.MakeStores): void {
  describe(`SaleStore contract: ${name}`, () => {
    it('has no events of an unknown sale', async () => {
      await using stores = await makeStores()
      assert.deepEqual(await stores.sales.load(saleId), [])
    })

    it('gives back what was stored, in order', async () => {
      await using stores = await makeStores()
      assert.equal(await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0)), undefined)
      await stores.sales.begin(a.firstOf(otherId), undefined, a.later(0))
      await stores.sales.append(a.appendOf(saleId, [requested], [priced, dealCreated]))
      assert.deepEqual(await stores.sales.load(saleId), [requested, priced, dealCreated])
      assert.deepEqual(await stores.sales.load(otherId), [requested])
    })

    it('loads a page of sales with their clients, oldest first, and leaves out unknown ones', async () => {
      await using stores = await makeStores()
      const [older, newer] = [otherId, saleId]
      await stores.sales.begin({ ...a.firstOf(older), client: 'kiosk' }, undefined, a.later(0))
      await stores.sales.begin({ ...a.firstOf(newer), client: 'web-shop' }, undefined, a.later(0))
      await stores.sales.append(a.appendOf(newer, [requested], [priced, dealCreated]))
      assert.deepEqual(await stores.sales.loadMany([newer, a.saleIdOf(3), older]), {
        loaded: [
          { saleId: older, events: [requested], client: 'kiosk', isCopied: false },
          {
            saleId: newer,
            events: [requested, priced, dealCreated],
            client: 'web-shop',
            isCopied: false,
          },
        ],
        unreadable: [],
      })
      assert.deepEqual(await stores.sales.loadMany([]), { loaded: [], unreadable: [] })
    })

    it('stores the calls with the first of the events they led to', async () => {
      await using stores = await makeStores()
      await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0))
      const callsMade = { calls: [a.createCall, a.deleteCall], earlierCalls: 7 }
      await stores.sales.append({
        ...a.appendOf(saleId, [requested], [priced, dealCreated]),
        callsMade,
      })
      const rest = a.appendOf(saleId, [requested, priced, dealCreated], [a.failed])
      await stores.sales.append({ ...rest, callsMade: { calls: [a.deleteCall], earlierCalls: 0 } })
      const events = readable(await stores.saleReader.events(0, 9))
      assert.deepEqual(
        events.map(({ calls, earlierCalls }) => [calls, earlierCalls]),
        [
          [undefined, undefined],
          [callsMade.calls, 7],
          [undefined, undefined],
          [[a.deleteCall], undefined],
        ],
      )
      assert.ok(!Object.hasOwn(events[2] ?? {}, 'calls'))
      assert.deepEqual(await stores.sales.load(saleId), [requested, priced, dealCreated, a.failed])
    })

    it('refuses the slower of two writers and keeps the faster one whole', async () => {
      await using stores = await makeStores()
      await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0))
      const ended = await Promise.allSettled([
        stores.sales.append(a.appendOf(saleId, [requested], [priced])),
        stores.sales.append(a.appendOf(saleId, [requested], [a.failed], [a.mailOf(saleId)])),
      ])
      assert.deepEqual(
        ended.map(({ status }) => status),
        ['fulfilled', 'rejected'],
      )
      assert.ok(ended[1]?.status === 'rejected' && isConflict(ended[1].reason))
      assert.deepEqual(await stores.sales.load(saleId), [requested, priced])
      assert.equal(await stores.outbox.nextDueAt(), undefined)
      assert.equal((await stores.saleReader.list({ limit: 9 })).sales[0]?.status, 'in_progress')
    })

    it('refuses to append to a sale that never began', async () => {
      await using stores = await makeStores()
      await assert.rejects(
        stores.sales.append(a.appendOf(saleId, [requested], [priced])),
        isConflict,
      )
      assert.deepEqual(await stores.saleReader.events(0, 9), [])
    })

    it('refuses to begin a sale twice, and keeps no claim of the second', async () => {
      await using stores = await makeStores()
      await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0))
      await assert.rejects(stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0)), isConflict)
      assert.equal(await stores.sales.findClaim(a.claim, a.later(0)), undefined)
    })

    it('puts a mail in once, however often it is put in', async () => {
      await using stores = await makeStores()
      await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0))
      const mail = a.mailOf(saleId)
      await stores.sales.append(a.appendOf(saleId, [requested], [a.failed], [mail]))
      const again = { ...mail, text: 'another text' }
      await stores.sales.append(a.appendOf(saleId, [requested, a.failed], a.rolledBack, [again]))
      assert.deepEqual(await stores.outbox.due(a.later(0), 9), [
        { ...mail, saleIds: [mail.saleId], attempts: 0 },
      ])
    })

    it('lists the unfinished sales, oldest first, page by page', async () => {
      await using stores = await makeStores()
      const ids = [7, 3, 5, 1].map(a.saleIdOf)
      for (const id of ids) await stores.sales.begin(a.firstOf(id), undefined, a.later(0))
      const [first, second, third, fourth] = ids as [SaleId, SaleId, SaleId, SaleId]
      await stores.sales.append(a.appendOf(second, [requested], [a.failed, ...a.rolledBack]))
      assert.deepEqual(await stores.sales.unfinished(undefined, 2), [first, third])
      assert.deepEqual(await stores.sales.unfinished(third, 2), [fourth])
      assert.deepEqual(await stores.sales.unfinished(fourth, 2), [])
    })

    claimContract(makeStores)
  })
}

function claimContract(makeStores: a.MakeStores): void {
  it('answers a taken key with the sale that holds it, and stores nothing', async () => {
    await using stores = await makeStores()
    assert.equal(await stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0)), undefined)
    const taken = { saleId, sameRequest: true }
    assert.deepEqual(await stores.sales.begin(a.firstOf(otherId), a.claim, a.later(1)), taken)
    assert.deepEqual(await stores.sales.findClaim(a.claim, a.later(1)), taken)
    assert.deepEqual(await stores.sales.load(otherId), [])
    assert.equal((await stores.saleReader.list({ limit: 9 })).sales.length, 1)
  })

  it('makes one sale of two requests that carry one key at once', async () => {
    await using stores = await makeStores()
    const answers = await Promise.all([
      stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0)),
      stores.sales.begin(a.firstOf(otherId), a.claim, a.later(0)),
    ])
    assert.deepEqual(answers, [undefined, { saleId, sameRequest: true }])
    assert.equal((await stores.saleReader.list({ limit: 9 })).sales.length, 1)
  })

  it('finds another request under the same key', async () => {
    await using stores = await makeStores()
    await stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0))
    const other = { ...a.claim, request: '{"products":[1]}' }
    const taken = { saleId, sameRequest: false }
    assert.deepEqual(await stores.sales.findClaim(other, a.later(0)), taken)
    assert.deepEqual(await stores.sales.begin(a.firstOf(otherId), other, a.later(0)), taken)
  })

  it('keeps the keys of two clients, and two keys of one client, apart', async () => {
    await using stores = await makeStores()
    await stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0))
    for (const other of [{ client: 'kiosk' }, { key: 'order-4712' }]) {
      assert.equal(await stores.sales.findClaim({ ...a.claim, ...other }, a.later(0)), undefined)
    }
  })

  it('forgets a claim after 30 days, and lets the key be used again', async () => {
    await using stores = await makeStores()
    await stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0))
    await stores.sales.append(a.appendOf(saleId, [requested], [a.failed]))
    const last = a.later(30 * DAY_MS - 1)
    const gone = a.later(30 * DAY_MS)
    assert.deepEqual((await stores.sales.findClaim(a.claim, last))?.saleId, saleId)
    assert.equal(await stores.sales.findClaim(a.claim, gone), undefined)
    assert.equal(await stores.sales.begin(a.firstOf(otherId), a.claim, gone), undefined)
    assert.equal((await stores.sales.findClaim(a.claim, gone))?.saleId, otherId)
  })

  it('keeps a claim for as long as its sale is in progress', async () => {
    await using stores = await makeStores()
    await stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0))
    const muchLater = a.later(31 * DAY_MS)
    await stores.sales.begin(a.firstOf(otherId), { ...a.claim, key: 'another' }, muchLater)
    assert.equal((await stores.sales.findClaim(a.claim, muchLater))?.saleId, saleId)
    const third = a.firstOf(a.saleIdOf(3))
    assert.equal((await stores.sales.begin(third, a.claim, muchLater))?.saleId, saleId)
  })
}

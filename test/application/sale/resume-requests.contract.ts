import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { now, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'

/** Requests at positions 2, 3 and 5, of sales 1, 2 and 1, among other events. */
async function askThrice(stores: a.Stores): Promise<void> {
  const [one, other] = [a.saleIdOf(1), a.saleIdOf(2)]
  await stores.sales.begin(a.firstOf(one), undefined, now)
  await a.askToResume(stores, one, now)
  await a.askToResume(stores, other, now)
  await stores.sales.append(a.appendOf(one, [requested], [a.failed]))
  await a.askToResume(stores, one, a.later(-1))
}

/** What `ResumeRequests` promises, of any adapter. */
export function resumeRequestsContract(kind: a.StoreKind): void {
  describe(`ResumeRequests contract: ${kind.name}`, () => {
    it('has no request and the position 0 in an empty log', async () => {
      await using stores = await kind.fresh()
      assert.deepEqual(await stores.resumeRequests.after(0, 9), [])
      assert.equal(await stores.resumeRequests.position(), 0)
    })

    it('reads the requests after a position, oldest first, as many as are asked for', async () => {
      await using stores = await kind.fresh()
      await askThrice(stores)
      const all = [
        { position: 2, saleId: a.saleIdOf(1) },
        { position: 3, saleId: a.saleIdOf(2) },
        { position: 5, saleId: a.saleIdOf(1) },
      ]
      assert.deepEqual(await stores.resumeRequests.after(0, 9), all)
      assert.deepEqual(await stores.resumeRequests.after(0, 2), all.slice(0, 2))
      assert.deepEqual(await stores.resumeRequests.after(2, 9), all.slice(1))
      assert.deepEqual(await stores.resumeRequests.after(5, 9), [])
    })

    it('knows the last position: a request that is made then comes after it', async () => {
      await using stores = await kind.fresh()
      await askThrice(stores)
      const position = await stores.resumeRequests.position()
      assert.equal(position, 5)
      const asked = await a.askToResume(stores, a.saleIdOf(2), now)
      assert.deepEqual(await stores.resumeRequests.after(position, 9), [
        { position: asked, saleId: a.saleIdOf(2) },
      ])
    })

    it('reads a request of another process', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      assert.deepEqual(await one.resumeRequests.after(0, 9), [])
      await a.askToResume(other, a.saleIdOf(1), now)
      assert.deepEqual(await one.resumeRequests.after(0, 9), [
        { position: 1, saleId: a.saleIdOf(1) },
      ])
    })

    it('keeps the place of a request that cannot be read', async () => {
      await using stores = await kind.fresh()
      await askThrice(stores)
      const bodies = ['{"position":2', '{"position":3,"type":"SaleResumeRequested"}']
      await stores.damage(2, bodies[0])
      await stores.damage(3, bodies[1])
      assert.deepEqual(await stores.resumeRequests.after(0, 9), [
        { position: 2, saleId: undefined },
        { position: 3, saleId: undefined },
        { position: 5, saleId: a.saleIdOf(1) },
      ])
    })
  })
}

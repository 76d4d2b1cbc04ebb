import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { now, priced, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'

const begin = (stores: a.Stores, ...numbers: readonly number[]) =>
  Promise.all(
    numbers.map((number) => stores.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)),
  )

/** What `CopiedSales` promises, of any adapter. */
export function copiedSalesContract(kind: a.StoreKind): void {
  describe(`CopiedSales contract: ${kind.name}`, () => {
    it('holds no sale of a database that is no copy', async () => {
      await using stores = await kind.fresh()
      await begin(stores, 1)
      assert.equal(await stores.copied.isCopy(), false)
      assert.deepEqual(await stores.copied.held(), [])
    })

    it('holds what was unfinished when the copy was made, oldest first', async () => {
      await using stores = await kind.fresh()
      await begin(stores, 3, 1, 2, 4)
      const [done, undone] = [a.saleIdOf(2), a.saleIdOf(4)]
      await stores.sales.append(a.appendOf(done, [requested], [priced, ...a.completed]))
      await stores.sales.append(a.appendOf(undone, [requested], [a.failed, ...a.rolledBack]))
      await stores.becomeCopy()
      assert.equal(await stores.copied.isCopy(), true)
      assert.deepEqual(await stores.copied.held(), [3, 1].map(a.saleIdOf))
    })

    it('holds no sale that began in the copy, and none that came to rest there', async () => {
      await using stores = await kind.fresh()
      await begin(stores, 1, 2)
      await stores.becomeCopy()
      await begin(stores, 3)
      const rest = [a.failed, ...a.rolledBack]
      await stores.sales.append(a.appendOf(a.saleIdOf(1), [requested], rest))
      assert.deepEqual(await stores.copied.held(), [a.saleIdOf(2)])
    })

    it('releases a sale that an operator has asked for since, and none that was before', async () => {
      await using stores = await kind.fresh()
      await begin(stores, 1, 2)
      await a.askToResume(stores, a.saleIdOf(1), now)
      await stores.becomeCopy()
      assert.deepEqual(await stores.copied.held(), [1, 2].map(a.saleIdOf))
      await a.askToResume(stores, a.saleIdOf(2), now)
      assert.deepEqual(await stores.copied.held(), [a.saleIdOf(1)])
    })

    it('releases nothing for a request that cannot be read', async () => {
      await using stores = await kind.fresh()
      await begin(stores, 1)
      await stores.becomeCopy()
      await stores.damage(await a.askToResume(stores, a.saleIdOf(1), now), '{')
      assert.deepEqual(await stores.copied.held(), [a.saleIdOf(1)])
    })

    it('holds after an accepted loss what was unfinished by then, and no sale that began afterwards', async () => {
      await using stores = await kind.fresh()
      const accept = (holdsSales: boolean) =>
        stores.checkpoints.acceptLoss(a.lossOf(1), a.operator, [], { holdsSales })
      await begin(stores, 1)
      await accept(false)
      assert.equal(await stores.copied.isCopy(), false)
      await accept(true)
      assert.equal(await stores.copied.isCopy(), true)
      await begin(stores, 2)
      assert.deepEqual(await stores.copied.held(), [a.saleIdOf(1)])
      await a.askToResume(stores, a.saleIdOf(1), now)
      assert.deepEqual(await stores.copied.held(), [])
    })

    it('holds in the copy of a copy all that is unfinished in it', async () => {
      await using stores = await kind.fresh()
      await begin(stores, 1, 2)
      await stores.becomeCopy()
      await a.askToResume(stores, a.saleIdOf(1), now)
      await begin(stores, 3)
      await stores.becomeCopy()
      assert.deepEqual(await stores.copied.held(), [1, 2, 3].map(a.saleIdOf))
    })
  })
}

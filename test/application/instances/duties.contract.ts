import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as a from '../../support/examples/store-examples.ts'

/** Longer than any test. */
const LONG_MS = 600_000

/** A lease that is over when it begins: the clock of a real database cannot be set. */
const OVER_MS = -1

/** What `Duties` promises, of any adapter. */
export function dutiesContract(kind: a.StoreKind): void {
  describe(`Duties contract: ${kind.name}`, () => {
    it('gives a duty to the first who takes it, and to nobody else while that one lives', async () => {
      await using stores = await kind.fresh()
      const { duties, instances } = stores
      const first = await instances.join('a', LONG_MS)
      const second = await instances.join('b', LONG_MS)
      assert.equal(await duties.take('sealer', first), true)
      assert.equal(await duties.take('sealer', second), false)
      assert.equal(await duties.take('sealer', first), true)
    })

    it('gives the duty of an instance that left, or was taken for dead, to the next who takes it', async () => {
      await using stores = await kind.fresh()
      const { duties, instances } = stores
      const leaving = await instances.join('a', LONG_MS)
      const late = await instances.join('b', OVER_MS)
      const living = await instances.join('c', LONG_MS)
      assert.equal(await duties.take('sealer', leaving), true)
      await instances.leave(leaving)
      assert.equal(await duties.take('sealer', late), true)
      assert.equal(await duties.take('sealer', living), false)
      await instances.takeOver(living, 0)
      assert.equal(await duties.take('sealer', living), true)
    })

    it('gives a dead instance nothing', async () => {
      await using stores = await kind.fresh()
      const { duties, instances } = stores
      const left = await instances.join('a', LONG_MS)
      await instances.leave(left)
      assert.equal(await duties.take('sealer', left), false)
      assert.equal(await duties.take('sealer', await instances.join('b', LONG_MS)), true)
    })

    it('has one holder where four instances take it at once', async () => {
      await using database = await kind.shared()
      await using connected = await a.connectAll(database, 4)
      const take = () =>
        Promise.all(connected.all.map(({ duties, instance }) => duties.take('sealer', instance)))
      const had = await take()
      assert.equal(had.filter((has) => has).length, 1)
      assert.deepEqual(await take(), had)
    })
  })
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PlaceQuestion } from '../../../../src/application/crm/places/place-desk.port.ts'
import type { StoreKind, Stores } from '../../../support/examples/store-examples.ts'

const MAX = 8

/** Longer than any test. */
const KEPT_MS = 600_000

/** Places that are free again when they are given: the clock of a real database cannot be set. */
const OVER_MS = 0

/** A question of an instance that needs so many places, and keeps so many. */
function needs(
  instance: number,
  needed: number,
  changes: Partial<PlaceQuestion> = {},
): PlaceQuestion {
  const holder = String(instance)
  return {
    holder,
    max: MAX,
    keep: 0,
    needed,
    wanted: needed,
    keptMs: KEPT_MS,
    ...changes,
  }
}

async function answer({ places }: Pick<Stores, 'places'>, question: PlaceQuestion) {
  const { places: lent, share } = await places.ask(question)
  return [lent, share]
}

/** What `PlaceDesk` promises, of any adapter. */
export function placeDeskContract(kind: StoreKind): void {
  describe(`PlaceDesk contract: ${kind.name}`, () => {
    it('lends what is wanted, as long as it is free, and lends nothing twice', async () => {
      await using stores = await kind.fresh()
      assert.deepEqual(await answer(stores, needs(1, 2, { wanted: 3 })), [3, MAX])
      assert.deepEqual(await answer(stores, needs(2, 5)), [5, MAX])
      assert.deepEqual(await answer(stores, needs(3, 1)), [0, MAX])
    })

    it('sizes the lot of an instance anew: more, less, none', async () => {
      await using stores = await kind.fresh()
      assert.deepEqual(await answer(stores, needs(1, 2)), [2, MAX])
      assert.deepEqual(await answer(stores, needs(1, 9, { keep: 2, wanted: 9 })), [MAX, MAX])
      assert.deepEqual(await answer(stores, needs(1, 1, { keep: 3 })), [3, MAX])
      assert.deepEqual(await answer(stores, needs(2, 9)), [5, MAX])
      assert.deepEqual(await answer(stores, needs(1, 0)), [0, 4])
      assert.deepEqual(await answer(stores, needs(2, 9, { keep: 5 })), [MAX, MAX])
    })

    it('tells who has more than its share to go down to it when others wait, and takes nothing away', async () => {
      await using stores = await kind.fresh()
      await answer(stores, needs(1, MAX))
      assert.deepEqual(await answer(stores, needs(2, 3)), [0, MAX])
      assert.deepEqual(await answer(stores, needs(1, MAX, { keep: MAX })), [MAX, 4])
      assert.deepEqual(await answer(stores, needs(1, MAX, { keep: 4 })), [4, 4])
      assert.deepEqual(await answer(stores, needs(2, 3)), [3, 4])
    })

    it('lends the last places in the order in which the instances began to wait', async () => {
      await using stores = await kind.fresh()
      const one = { max: 1 }
      assert.deepEqual(await answer(stores, needs(1, 3, one)), [1, 1])
      for (const other of [2, 3, 1])
        await answer(stores, needs(other, 3, { ...one, keep: other === 1 ? 1 : 0 }))
      assert.deepEqual(await answer(stores, needs(1, 3, one)), [0, 0])
      assert.deepEqual(await answer(stores, needs(3, 3, one)), [0, 0])
      assert.deepEqual(await answer(stores, needs(2, 3, one)), [1, 0])
      assert.deepEqual(await answer(stores, needs(2, 0, one)), [0, 0])
      assert.deepEqual(await answer(stores, needs(1, 3, one)), [0, 0])
      assert.deepEqual(await answer(stores, needs(3, 3, one)), [1, 0])
    })

    it('counts the lot of an instance that is gone until its time is over, and then no more', async () => {
      await using stores = await kind.fresh()
      await answer(stores, needs(1, 5))
      await answer(stores, needs(2, 3, { keptMs: OVER_MS }))
      assert.deepEqual(await answer(stores, needs(3, MAX)), [3, MAX])
    })

    it('does not leave an instance what it lost, because it asked too late', async () => {
      await using stores = await kind.fresh()
      await answer(stores, needs(1, MAX, { keptMs: OVER_MS }))
      assert.deepEqual(await answer(stores, needs(2, 6)), [6, MAX])
      assert.deepEqual(await answer(stores, needs(1, MAX, { keep: MAX })), [2, MAX])
    })

    it('takes all back from who leaves', async () => {
      await using stores = await kind.fresh()
      await answer(stores, needs(1, MAX))
      await stores.places.leave('1')
      await stores.places.leave('2')
      assert.deepEqual(await answer(stores, needs(2, MAX)), [MAX, MAX])
    })

    it('lends no place twice where many ask at one moment', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      const asked = [1, 2, 3, 4, 5, 6].map((instance) =>
        (instance % 2 === 0 ? one : other).places.ask(needs(instance, 3)),
      )
      const lent = (await Promise.all(asked)).map(({ places }) => places)
      assert.equal(
        lent.reduce((sum, places) => sum + places, 0),
        MAX,
      )
    })
  })
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Draw } from '../../../src/application/access/key-buckets.port.ts'
import { PARTS } from '../../../src/application/access/key-quotas.ts'
import type { StoreKind } from '../../support/examples/store-examples.ts'
import { until } from '../../support/time/until.ts'

/** Fills by one request in a second: a real database has a real clock. */
const SLOW = { perSecond: 1, burst: 40 }

/** Full again with the next millisecond. */
const FAST = { perSecond: 1_000_000, burst: 40 }

const DRAW: Draw = { keyId: 'f946d21d', quota: SLOW, needed: 1, lot: 1 }

const LEASE_MS = 600_000

/** What `KeyBuckets` promises, of any adapter. */
export function keyBucketsContract(kind: StoreKind): void {
  describe(`KeyBuckets contract: ${kind.name}`, () => {
    it('draws from a full bucket at first, and counts each key apart', async () => {
      await using stores = await kind.fresh()
      for (const keyId of ['one', 'other']) {
        assert.deepEqual(await stores.keyBuckets.draw({ ...DRAW, keyId, needed: 3, lot: 3 }), {
          requests: 3,
          parts: 37 * PARTS,
          instances: 1,
        })
      }
    })

    it('draws what is needed, as far as it is there, and of a lot a quarter of what is there', async () => {
      await using stores = await kind.fresh()
      const draws = [
        [1, 30],
        [12, 30],
        [1, 30],
        [2, 3],
        [99, 99],
        [1, 1],
      ] as const
      const drawn: number[] = []
      for (const [needed, lot] of draws) {
        drawn.push((await stores.keyBuckets.draw({ ...DRAW, needed, lot })).requests)
      }
      // Of 40: a quarter; what is needed of 30; a quarter of 18; a lot; the rest; nothing.
      assert.deepEqual(drawn, [10, 12, 4, 3, 11, 0])
    })

    it('fills to its burst, and no further', async () => {
      await using stores = await kind.fresh()
      const draw = () => stores.keyBuckets.draw({ ...DRAW, quota: FAST })
      await stores.keyBuckets.draw({ ...DRAW, quota: FAST, needed: 40, lot: 40 })
      await until('it is full', async () => (await draw()).parts === 39 * PARTS)
    })

    it('counts the instances that serve the database', async () => {
      await using stores = await kind.fresh()
      for (const name of ['a', 'b', 'c']) await stores.instances.join(name, LEASE_MS)
      assert.equal((await stores.keyBuckets.draw(DRAW)).instances, 3)
    })

    it('draws no request twice where many draw at one moment', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      const began = performance.now()
      const draws = Array.from({ length: 30 }, (_, index) =>
        (index % 2 === 0 ? one : other).keyBuckets.draw({ ...DRAW, needed: 2, lot: 2 }),
      )
      const drawn = (await Promise.all(draws)).reduce((sum, { requests }) => sum + requests, 0)
      const filled = Math.ceil((performance.now() - began) / 1_000) * SLOW.perSecond
      assert.ok(drawn >= 40 && drawn <= 40 + filled, `${drawn} drawn`)
    })
  })
}

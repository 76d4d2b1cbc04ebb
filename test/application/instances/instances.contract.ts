import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorCode } from '../../../src/application/base/errors.ts'
import type { InstanceNumber } from '../../../src/application/instances/instances.port.ts'
import { now, priced, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'

/** Longer than any test. */
const LONG_MS = 600_000

/** A lease that is over when it begins: the clock of a real database cannot be set. */
const OVER_MS = -1

const ALL = 1_000

const isConflict = (error: unknown) => errorCode(error) === 'conflict'

async function beginAs(stores: a.Stores, instance: InstanceNumber, ...numbers: readonly number[]) {
  const sales = stores.salesOf(instance)
  for (const number of numbers) await sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)
}

async function owned({ instances }: a.Stores, instance: InstanceNumber) {
  return (await instances.owned(instance, undefined, ALL)).map(({ saleId }) => saleId)
}

/** What `Instances` promises, and the fence that a number is to a `SaleStore`, of any adapter. */
export function instancesContract(kind: a.StoreKind): void {
  describe(`Instances contract: ${kind.name}`, () => {
    it('gives each joining a number that none has had', async () => {
      await using stores = await kind.fresh()
      const first = await stores.instances.join('a', LONG_MS)
      await stores.instances.leave(first)
      const second = await stores.instances.join('a', LONG_MS)
      assert.ok(second > first)
    })

    it('renews a lease that goes on, and revives one that is over, as long as nobody took it away', async () => {
      await using stores = await kind.fresh()
      const living = await stores.instances.join('a', LONG_MS)
      const late = await stores.instances.join('b', OVER_MS)
      assert.equal(await stores.instances.renew(living, LONG_MS), 'renewed')
      assert.equal(await stores.instances.renew(late, LONG_MS), 'revived')
      assert.equal(await stores.instances.renew(late, LONG_MS), 'renewed')
    })

    it('takes for dead whose lease is over, and lets nobody renew as a dead one', async () => {
      await using stores = await kind.fresh()
      const living = await stores.instances.join('a', LONG_MS)
      const late = await stores.instances.join('b', OVER_MS)
      await stores.instances.takeOver(living, ALL)
      assert.equal(await stores.instances.renew(late, LONG_MS), 'dead')
      assert.equal(await stores.instances.renew(living, LONG_MS), 'renewed')
    })

    it('takes over the sales of the dead and of nobody, oldest first, and none of the living', async () => {
      await using stores = await kind.fresh()
      const [living, late, other] = await Promise.all([
        stores.instances.join('a', LONG_MS),
        stores.instances.join('b', OVER_MS),
        stores.instances.join('c', LONG_MS),
      ])
      await beginAs(stores, late, 1, 2)
      await beginAs(stores, other, 3)
      await stores.sales.begin(a.firstOf(a.saleIdOf(4)), undefined, now)
      const taken = [
        ...(await stores.instances.takeOver(living, ALL)),
        ...(await stores.instances.takeOver(other, ALL)),
      ]
      assert.deepEqual([...taken].sort(), [1, 2, 4].map(a.saleIdOf))
      const all = [...(await owned(stores, living)), ...(await owned(stores, other))]
      assert.deepEqual([...all].sort(), [1, 2, 3, 4].map(a.saleIdOf))
    })

    it('shares the sales of a dead instance out among the living ones', async () => {
      await using stores = await kind.fresh()
      const late = await stores.instances.join('late', OVER_MS)
      const living = await Promise.all(
        ['a', 'b', 'c'].map((name) => stores.instances.join(name, LONG_MS)),
      )
      await beginAs(stores, late, 1, 2, 3, 4, 5, 6, 7, 8, 9)
      const shares = []
      for (const instance of living) shares.push(await stores.instances.takeOver(instance, ALL))
      assert.deepEqual(
        shares.map((share) => share.length),
        [3, 3, 3],
      )
    })

    it('shares them out without one that has retired, which keeps what it owns', async () => {
      await using stores = await kind.fresh()
      const { instances } = stores
      const late = await instances.join('late', OVER_MS)
      const [retired, ...living] = await Promise.all(
        ['a', 'b', 'c'].map((name) => instances.join(name, LONG_MS)),
      )
      assert.ok(retired !== undefined)
      await beginAs(stores, late, 1, 2, 3, 4)
      await beginAs(stores, retired, 5)
      await instances.retire(retired)
      const shares = []
      for (const instance of [retired, ...living]) {
        shares.push((await instances.takeOver(instance, ALL)).length)
      }
      assert.deepEqual(shares, [0, 2, 2])
      assert.equal(await instances.renew(retired, LONG_MS), 'renewed')
      assert.deepEqual(await owned(stores, retired), [a.saleIdOf(5)])
      await stores.salesOf(retired).append(a.appendOf(a.saleIdOf(5), [requested], [priced]))
    })

    it('takes over no more than it is asked to', async () => {
      await using stores = await kind.fresh()
      const living = await stores.instances.join('a', LONG_MS)
      await beginAs(stores, await stores.instances.join('b', OVER_MS), 1, 2, 3)
      assert.deepEqual(await stores.instances.takeOver(living, 2), [1, 2].map(a.saleIdOf))
      assert.deepEqual(await stores.instances.takeOver(living, 2), [a.saleIdOf(3)])
    })

    it('takes over nothing for an instance whose own lease is over', async () => {
      await using stores = await kind.fresh()
      const late = await stores.instances.join('a', LONG_MS)
      await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
      const other = await stores.instances.join('b', LONG_MS)
      await stores.instances.renew(late, OVER_MS)
      await stores.instances.takeOver(other, 0)
      assert.deepEqual(await stores.instances.takeOver(late, ALL), [])
    })

    it('leaves the sales of an instance that left to the others at once', async () => {
      await using stores = await kind.fresh()
      const living = await stores.instances.join('a', LONG_MS)
      const leaving = await stores.instances.join('b', LONG_MS)
      await beginAs(stores, leaving, 1)
      await stores.instances.leave(leaving)
      assert.deepEqual(await stores.instances.takeOver(living, ALL), [a.saleIdOf(1)])
    })

    it('pages through the unfinished sales of an instance, and says how many events each has', async () => {
      await using stores = await kind.fresh()
      const living = await stores.instances.join('a', LONG_MS)
      await beginAs(stores, living, 1, 2, 3)
      const toRest = [a.failed, ...a.rolledBack]
      await stores.salesOf(living).append(a.appendOf(a.saleIdOf(2), [requested], toRest))
      await stores.salesOf(living).append(a.appendOf(a.saleIdOf(3), [requested], [priced]))
      const [first, third] = [a.saleIdOf(1), a.saleIdOf(3)]
      const page = await stores.instances.owned(living, undefined, 1)
      assert.deepEqual(page, [{ saleId: first, sequence: 1 }])
      const rest = await stores.instances.owned(living, first, 5)
      assert.deepEqual(rest, [{ saleId: third, sequence: 2 }])
    })

    it('gives a sale that is asked for to one instance only', async () => {
      await using stores = await kind.fresh()
      const first = await stores.instances.join('a', LONG_MS)
      const second = await stores.instances.join('b', LONG_MS)
      await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
      assert.equal(await stores.instances.claim(first, a.saleIdOf(1)), true)
      assert.equal(await stores.instances.claim(second, a.saleIdOf(1)), false)
      assert.equal(await stores.instances.claim(first, a.saleIdOf(1)), true)
      await stores.instances.leave(first)
      assert.equal(await stores.instances.claim(first, a.saleIdOf(1)), false)
      assert.equal(await stores.instances.claim(second, a.saleIdOf(1)), true)
    })

    it('refuses an append of an instance that was taken for dead, whoever has the sale now', async () => {
      await using stores = await kind.fresh()
      const late = await stores.instances.join('a', OVER_MS)
      const living = await stores.instances.join('b', LONG_MS)
      await beginAs(stores, late, 1, 2)
      const append = (number: number, by: InstanceNumber) =>
        stores.salesOf(by).append(a.appendOf(a.saleIdOf(number), [requested], [priced]))
      await stores.instances.takeOver(living, 1)
      await assert.rejects(append(1, late), isConflict)
      await assert.rejects(append(2, late), isConflict)
      await append(1, living)
      await assert.rejects(append(2, living), isConflict)
    })

    it('begins no sale of an instance that was taken for dead, and those of a living one beside it', async () => {
      await using stores = await kind.fresh()
      const late = await stores.instances.join('a', OVER_MS)
      const living = await stores.instances.join('b', LONG_MS)
      await beginAs(stores, late, 1)
      await stores.instances.takeOver(living, ALL)
      const begin = (by: InstanceNumber, number: number, claim?: typeof a.claim) =>
        stores.salesOf(by).begin(a.firstOf(a.saleIdOf(number)), claim, now)
      // These are one group.
      const ended = await Promise.allSettled([
        begin(late, 2),
        begin(living, 3, a.claim),
        begin(late, 4, { ...a.claim, key: 'order-2' }),
        begin(living, 5),
        begin(late, 6, a.claim),
      ])
      const refused = ended.map((end) => end.status === 'rejected' && isConflict(end.reason))
      assert.deepEqual(refused, [true, false, true, false, false])
      assert.deepEqual(ended.at(-1), {
        status: 'fulfilled',
        value: { saleId: a.saleIdOf(3), sameRequest: true },
      })
      assert.deepEqual(await stores.sales.unfinished(undefined, ALL), [1, 3, 5].map(a.saleIdOf))
    })

    it('lets a former owner append its own word', async () => {
      await using stores = await kind.fresh()
      const late = await stores.instances.join('a', OVER_MS)
      const living = await stores.instances.join('b', LONG_MS)
      await beginAs(stores, late, 1)
      await stores.instances.takeOver(living, ALL)
      const word = a.appendOf(a.saleIdOf(1), [requested], [priced])
      await stores.salesOf(late).append({ ...word, ofFormerOwner: true })
      assert.equal((await stores.sales.load(a.saleIdOf(1))).length, 2)
      assert.deepEqual(await owned(stores, living), [a.saleIdOf(1)])
    })

    it('refuses nothing of a process that has the database alone', async () => {
      await using stores = await kind.fresh()
      await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
      await stores.sales.append(a.appendOf(a.saleIdOf(1), [requested], [priced]))
      assert.equal((await stores.sales.load(a.saleIdOf(1))).length, 2)
    })
  })
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorCode } from '../../../src/application/base/errors.ts'
import type { LogTree } from '../../../src/application/checkpoints/log-tree.port.ts'
import { hexOf, leafHash } from '../../../src/domain/log/hash.ts'
import { now, priced, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { assertTreeIsThatOfTheEvents } from '../../support/log/assert-tree.ts'
import { readable } from '../../support/log/readable.ts'

/** More events than are read here at once. */
const ALL = 1_000

const SALES = 40

const numbers = Array.from({ length: SALES }, (_, index) => index + 1)

const isUnreadable = (error: unknown) => errorCode(error) === 'unreadable'

/** Three sales with two events each, one after the other. */
async function openSix(kind: a.StoreKind): Promise<a.Stores> {
  const stores = await kind.fresh()
  for (const number of [1, 2, 3]) {
    const saleId = a.saleIdOf(number)
    await stores.sales.begin(a.firstOf(saleId), undefined, now)
    await stores.sales.append(a.appendOf(saleId, [requested], [priced]))
  }
  return stores
}

/** The stored leaves, by their positions. */
async function leavesOf(tree: LogTree): Promise<readonly string[]> {
  return (await tree.leaves(0, ALL)).map(({ leaf }) => hexOf(leaf))
}

/** What `LogTree` promises, of any adapter. */
export function logTreeContract(kind: a.StoreKind): void {
  describe(`LogTree contract: ${kind.name}`, () => {
    it('is that of the events, whatever is appended at once', async () => {
      await using stores = await kind.fresh()
      assert.equal(await stores.tree.size(), 0)
      for (let number = 1; number <= 9; number += 1) {
        const saleId = a.saleIdOf(number)
        await stores.sales.begin(a.firstOf(saleId), undefined, now)
        const events = [priced, ...a.completed].slice(0, number % 5)
        if (events.length > 0) await stores.sales.append(a.appendOf(saleId, [requested], events))
        await assertTreeIsThatOfTheEvents(stores)
      }
    })

    it('takes the events of several processes as they come', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      for (const number of numbers) {
        const { sales } = number % 3 === 0 ? one : other
        await sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)
      }
      await assertTreeIsThatOfTheEvents(one)
      assert.equal(await other.tree.size(), SALES)
    })

    it('takes the events of several processes that write at the same time', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      await Promise.all(
        numbers.map(async (number) => {
          const saleId = a.saleIdOf(number)
          const [first, second] = number % 3 === 0 ? [one, other] : [other, one]
          await first.sales.begin(a.firstOf(saleId), undefined, now)
          await second.sales.append(a.appendOf(saleId, [requested], [priced]))
        }),
      )
      await assertTreeIsThatOfTheEvents(one)
      const events = readable(await other.saleReader.events(0, ALL))
      assert.deepEqual(
        events.map(({ position }) => position),
        Array.from({ length: 2 * SALES }, (_, index) => index + 1),
      )
      const leaves = await leavesOf(other.tree)
      const last = new Map<string | null, string>()
      for (const { saleId, position, prev } of events) {
        assert.equal(prev, last.get(saleId) ?? null)
        last.set(saleId, leaves[position - 1] ?? '')
      }
    })

    it('is what the events of a sale are chained by, and those of none', async () => {
      await using stores = await openSix(kind)
      const reopened = { type: 'CrmAccountReopened', at: now, data: {} } as const
      for (const _ of [7, 8]) await stores.eventLog.record(reopened, a.operator)
      const leaves = await leavesOf(stores.tree)
      const prevs = readable(await stores.saleReader.events(0, 9)).map(({ prev }) => prev)
      assert.deepEqual(prevs, [
        ...[null, leaves[0], null, leaves[2], null, leaves[4]],
        ...[null, leaves[6]],
      ])
    })

    it('has nothing of an append that fails', async () => {
      await using stores = await openSix(kind)
      const again = a.appendOf(a.saleIdOf(1), [requested], [priced])
      await assert.rejects(stores.sales.append(again), (error) => errorCode(error) === 'conflict')
      await assertTreeIsThatOfTheEvents(stores)
      assert.equal(await stores.tree.size(), 6)
    })

    it('names a node that is not there', async () => {
      await using stores = await openSix(kind)
      await assert.rejects(
        stores.tree.nodes([
          { level: 0, index: 0 },
          { level: 3, index: 0 },
        ]),
        (error) => isUnreadable(error) && /node 0 of level 3/.test(String(error)),
      )
      assert.deepEqual(await stores.tree.nodes([]), [])
    })

    it('reads leaves with the exact bytes of their events, as many as are asked for', async () => {
      await using stores = await openSix(kind)
      const read = async (after: number, limit: number) =>
        (await stores.tree.leaves(after, limit)).map(({ position }) => position)
      assert.deepEqual(await read(0, 4), [1, 2, 3, 4])
      assert.deepEqual(await read(4, 4), [5, 6])
      assert.deepEqual(await read(6, 4), [])
      assert.deepEqual(await read(9, 4), [])
      for (const { leaf, body } of await stores.tree.leaves(0, 9)) {
        assert.ok(body !== undefined)
        assert.equal(hexOf(leafHash(body)), hexOf(leaf))
      }
    })

    it('keeps the leaf of an event that was changed, and of one that is missing', async () => {
      await using stores = await openSix(kind)
      const before = await leavesOf(stores.tree)
      await stores.damage(3, '{}')
      await stores.damage(4, undefined)
      assert.deepEqual(await leavesOf(stores.tree), before)
      const bodies = (await stores.tree.leaves(1, 4)).map(({ body }) => body)
      assert.deepEqual(
        bodies.map((body) => (body === undefined ? 0 : Buffer.from(body).length > 2)),
        [true, false, 0, true],
      )
    })

    it('is rebuilt from the events as they are, with the old leaves of those that are missing', async () => {
      await using stores = await openSix(kind)
      const before = await leavesOf(stores.tree)
      await stores.damage(3, '{}')
      await stores.damage(4, undefined)
      assert.equal(await stores.tree.rebuild(), 6)
      const changed = hexOf(leafHash(Buffer.from('{}')))
      const [, , , ...rest] = before
      assert.deepEqual(await leavesOf(stores.tree), [before[0], before[1], changed, ...rest])
      await stores.damage(6, undefined)
      assert.equal(await stores.tree.rebuild(), 5)
      assert.equal(await stores.tree.size(), 5)
      await assert.rejects(stores.tree.nodes([{ level: 0, index: 5 }]), isUnreadable)
    })

    it('is the same when it is rebuilt over a whole log, and grows on', async () => {
      await using stores = await openSix(kind)
      const before = await leavesOf(stores.tree)
      assert.equal(await stores.tree.rebuild(), 6)
      assert.deepEqual(await leavesOf(stores.tree), before)
      await stores.sales.begin(a.firstOf(a.saleIdOf(4)), undefined, now)
      await assertTreeIsThatOfTheEvents(stores)
    })
  })
}

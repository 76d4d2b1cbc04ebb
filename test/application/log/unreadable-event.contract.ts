import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorCode } from '../../../src/application/base/errors.ts'
import { now, priced, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'

const [first, second] = [a.saleIdOf(1), a.saleIdOf(2)]

// what was put into the place of event 3 behind the back of the gateway, the reads that name the position
const BODIES: readonly (readonly [string, readonly ('load' | 'show')[]])[] = [
  ['{"position":3', ['load', 'show']],
  ['null', ['load', 'show']],
  ['{"position":4,"type":"SalePriced","version":1,"at":"","data":{}}', ['load', 'show']],
  [
    '{"position":3,"type":"SaleSold","version":1,"at":"2026-11-23T10:00:00.000Z","data":{}}',
    ['load'],
  ],
  [
    '{"position":3,"type":"SalePriced","version":2,"at":"2026-11-23T10:00:00.000Z","data":{}}',
    ['load'],
  ],
]

/** Two sales with two events each, at positions 1 and 3, 2 and 4. */
async function openFour(kind: a.StoreKind): Promise<a.Stores> {
  const stores = await kind.fresh()
  for (const id of [first, second]) await stores.sales.begin(a.firstOf(id), undefined, now)
  for (const id of [first, second]) {
    await stores.sales.append(a.appendOf(id, [requested], [priced]))
  }
  return stores
}

/** What `SaleStore` and `SaleReader` promise of an event that cannot be read, of any adapter. */
export function unreadableEventContract(kind: a.StoreKind): void {
  describe(`An event that cannot be read: ${kind.name}`, () => {
    for (const [body, reads] of BODIES) {
      it(`is named by ${reads.join(', ')}: ${body}`, async () => {
        await using stores = await openFour(kind)
        await stores.damage(3, body)
        const every = {
          load: () => stores.sales.load(first),
          show: () => stores.saleReader.show(first, undefined),
        }
        for (const [name, read] of Object.entries(every)) {
          if (!reads.some((one) => one === name)) {
            await read()
            continue
          }
          await assert.rejects(
            read(),
            (error) => errorCode(error) === 'unreadable' && /event 3:/.test(String(error)),
          )
        }
        assert.equal((await stores.sales.load(second)).length, 2)
        const { loaded, unreadable } = await stores.sales.loadMany([first, second])
        assert.deepEqual(
          loaded.map(({ saleId }) => saleId),
          [second],
        )
        assert.equal(unreadable.length, 1)
        const lines = await stores.saleReader.events(0, 9)
        assert.deepEqual(
          lines.map(({ position }) => position),
          [1, 2, 3, 4],
        )
        const place = { position: 3, saleId: first, sequence: 2, type: 'SalePriced' }
        if (reads.length > 1) assert.deepEqual(lines[2], { ...place, unreadable: true })
        else assert.ok(lines[2] !== undefined && 'data' in lines[2])
      })
    }
  })
}

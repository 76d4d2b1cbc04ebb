import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TokenShelf } from '../../src/application/crm/token-store.port.ts'
import type { EpochMs } from '../../src/domain/time.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import { MemoryShelf } from '../support/fakes/memory-token-store.ts'

const at = (ms: number) => (Date.parse('2026-11-24T10:00:00Z') + ms) as EpochMs

const SHELVES: readonly (readonly [string, () => Promise<TokenShelf>])[] = [
  ['memory', async () => new MemoryShelf()],
  ['sqlite', async () => (await openStore(':memory:')).token],
]

for (const [name, makeShelf] of SHELVES) {
  describe(`TokenShelf contract: ${name}`, () => {
    it('is empty at first, and then gives back the last bytes put there', async () => {
      const shelf = await makeShelf()
      assert.equal(await shelf.read(), undefined)
      await shelf.write(new Uint8Array([1, 2, 3]))
      await shelf.write(new Uint8Array([0, 255]))
      assert.deepEqual([...((await shelf.read()) ?? [])], [0, 255])
    })

    it('lets one renew at a time, until its time is over', async () => {
      const shelf = await makeShelf()
      assert.equal(await shelf.claim(at(0), at(1_000)), true)
      assert.equal(await shelf.claim(at(999), at(2_000)), false)
      assert.equal(await shelf.claim(at(1_000), at(2_000)), true)
    })

    it('does not honour a claim made by a clock that was far ahead', async () => {
      const shelf = await makeShelf()
      await shelf.claim(at(86_400_000), at(86_410_000))
      assert.equal(await shelf.claim(at(0), at(10_000)), true)
    })

    it('lets the next one renew as soon as the right was given back', async () => {
      const shelf = await makeShelf()
      await shelf.claim(at(0), at(1_000))
      await shelf.release()
      assert.equal(await shelf.claim(at(1), at(1_000)), true)
    })
  })
}

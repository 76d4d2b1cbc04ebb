import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TokenStore } from '../../src/application/crm/token-store.port.ts'
import type { EpochMs } from '../../src/domain/time.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import { MemoryTokenStore } from '../support/fakes/memory-token-store.ts'

const at = (ms: number) => (Date.parse('2026-11-24T10:00:00Z') + ms) as EpochMs

const TOKEN_STORES: readonly (readonly [string, () => Promise<TokenStore>])[] = [
  ['memory', async () => new MemoryTokenStore()],
  ['sqlite', async () => (await openStore(':memory:')).token],
]

for (const [name, makeTokenStore] of TOKEN_STORES) {
  describe(`TokenStore contract: ${name}`, () => {
    it('is empty at first, and then gives back the last bytes put there', async () => {
      const tokenStore = await makeTokenStore()
      assert.equal(await tokenStore.read(), undefined)
      await tokenStore.write(new Uint8Array([1, 2, 3]))
      await tokenStore.write(new Uint8Array([0, 255]))
      assert.deepEqual([...((await tokenStore.read()) ?? [])], [0, 255])
    })

    it('lets one renew at a time, until its time is over', async () => {
      const tokenStore = await makeTokenStore()
      assert.equal(await tokenStore.claim(at(0), at(1_000)), true)
      assert.equal(await tokenStore.claim(at(999), at(2_000)), false)
      assert.equal(await tokenStore.claim(at(1_000), at(2_000)), true)
    })

    it('does not honour a claim made by a clock that was far ahead', async () => {
      const tokenStore = await makeTokenStore()
      await tokenStore.claim(at(86_400_000), at(86_410_000))
      assert.equal(await tokenStore.claim(at(0), at(10_000)), true)
    })

    it('lets the next one renew as soon as the right was given back', async () => {
      const tokenStore = await makeTokenStore()
      await tokenStore.claim(at(0), at(1_000))
      await tokenStore.release()
      assert.equal(await tokenStore.claim(at(1), at(1_000)), true)
    })
  })
}

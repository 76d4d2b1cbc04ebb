import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TokenStore } from '../../../src/application/crm/token-store.port.ts'
import type { EpochMs } from '../../../src/domain/time.ts'
import type { StoreKind } from '../../support/examples/store-examples.ts'

const at = (ms: number) => (Date.parse('2026-11-24T10:00:00Z') + ms) as EpochMs

/** A kind of token store; not each of them is in a database. */
type TokenStoreKind = {
  readonly name: string
  fresh(): Promise<{ readonly token: TokenStore } & AsyncDisposable>
}

/** What `TokenStore` promises, of any adapter. */
export function tokenStoreContract(kind: TokenStoreKind): void {
  describe(`TokenStore contract: ${kind.name}`, () => {
    it('is empty at first, and then gives back the last bytes put there', async () => {
      await using stores = await kind.fresh()
      assert.equal((await stores.token.read(at(0))).sealed, undefined)
      await stores.token.write(new Uint8Array([1, 2, 3]))
      await stores.token.write(new Uint8Array([0, 255]))
      assert.deepEqual([...((await stores.token.read(at(0))).sealed ?? [])], [0, 255])
    })

    it('lets one renew at a time, until its time is over', async () => {
      await using stores = await kind.fresh()
      assert.equal(await stores.token.claim(at(0), at(0)), true)
      assert.equal(await stores.token.claim(at(0), at(60_000)), true)
      assert.equal(await stores.token.claim(at(0), at(60_000)), false)
    })

    it('does not honour a claim that a clock which was far ahead has left', async () => {
      await using stores = await kind.fresh()
      await stores.token.claim(at(0), at(86_410_000))
      assert.equal(await stores.token.claim(at(0), at(10_000)), true)
    })

    it('lets the next one renew as soon as the right was given back', async () => {
      await using stores = await kind.fresh()
      await stores.token.claim(at(0), at(1_000))
      await stores.token.release()
      assert.equal(await stores.token.claim(at(1), at(1_000)), true)
    })
  })
}

/** What `TokenStore` promises where all processes are on one machine, and so have one clock. */
export function oneClockTokenContract(kind: TokenStoreKind): void {
  describe(`TokenStore contract for one clock: ${kind.name}`, () => {
    it('ends a claim by the clock of who asks', async () => {
      await using stores = await kind.fresh()
      assert.equal(await stores.token.claim(at(0), at(1_000)), true)
      assert.equal(await stores.token.claim(at(999), at(2_000)), false)
      assert.equal(await stores.token.claim(at(1_000), at(2_000)), true)
    })

    it('is read at the time of who asks', async () => {
      await using stores = await kind.fresh()
      assert.equal((await stores.token.read(at(7))).at, at(7))
    })

    it('does not honour a claim made by this clock when it was far ahead', async () => {
      await using stores = await kind.fresh()
      await stores.token.claim(at(86_400_000), at(86_410_000))
      assert.equal(await stores.token.claim(at(0), at(10_000)), true)
    })
  })
}

/** What `TokenStore` promises where each process has a clock of its own. */
export function clocksApartTokenContract(kind: StoreKind): void {
  describe(`TokenStore contract for clocks apart: ${kind.name}`, () => {
    for (const [how, apartMs] of [
      ['behind', -86_400_000],
      ['ahead', 86_400_000],
    ] as const) {
      it(`lets nobody renew beside another, because its clock is ${how}`, async () => {
        await using database = await kind.shared()
        await using one = await database.connect()
        await using other = await database.connect()
        assert.equal(await one.token.claim(at(0), at(60_000)), true)
        assert.equal(await other.token.claim(at(apartMs), at(apartMs + 60_000)), false)
        await one.token.release()
        assert.equal(await other.token.claim(at(apartMs), at(apartMs + 60_000)), true)
        assert.equal(await one.token.claim(at(0), at(60_000)), false)
      })

      it(`is read at its own time, by a clock that is ${how} too`, async () => {
        await using stores = await kind.fresh()
        const { at: before } = await stores.token.read(at(0))
        const { at: after } = await stores.token.read(at(apartMs))
        assert.ok(after >= before && after < before + 3_600_000)
      })

      it(`ends a claim of a clock that is ${how} by its own`, async () => {
        await using stores = await kind.fresh()
        assert.equal(await stores.token.claim(at(apartMs), at(apartMs)), true)
        assert.equal(await stores.token.claim(at(0), at(60_000)), true)
      })
    }
  })
}

/** What `TokenStore` promises to several processes. */
export function sharedTokenContract(kind: StoreKind): void {
  describe(`TokenStore contract for several processes: ${kind.name}`, () => {
    it('lets one of them renew, and shows what it wrote to all', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      const claims = await Promise.all(
        [one, other, one, other].map(({ token }) => token.claim(at(0), at(1_000))),
      )
      assert.deepEqual(
        claims.filter((claimed) => claimed),
        [true],
      )
      await one.token.write(new Uint8Array([7]))
      assert.deepEqual([...((await other.token.read(at(0))).sealed ?? [])], [7])
      await one.token.release()
      assert.equal(await other.token.claim(at(1), at(1_000)), true)
    })
  })
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SCOPES } from '../../../src/application/access/key-store.port.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { readable } from '../../support/log/readable.ts'

const KEY = /^plg_live_[0-9A-Za-z]{49}$/
const newKey = { client: a.client, scopes: SCOPES, createdAt: now, expiresAt: a.later(9) }

/** What `KeyStore` promises, of any adapter. */
export function keyStoreContract(kind: a.StoreKind): void {
  describe(`KeyStore contract: ${kind.name}`, () => {
    it('finds a key by the secret that was returned once', async () => {
      await using stores = await kind.fresh()
      const { id, key } = await stores.keys.create(newKey, a.operator)
      assert.match(key, KEY)
      assert.ok(!key.includes(id))
      assert.deepEqual(await stores.keys.find(key), {
        id,
        ...newKey,
        revokedAt: null,
        lastUsedAt: null,
      })
    })

    it('finds no key that was never made', async () => {
      await using stores = await kind.fresh()
      const { id, key } = await stores.keys.create(newKey, a.operator)
      for (const other of ['', id, key.toUpperCase(), `${key}x`, key.slice(0, -1)]) {
        assert.equal(await stores.keys.find(other), undefined)
      }
    })

    it('lists every key ever made, oldest first', async () => {
      await using stores = await kind.fresh()
      const { id } = await stores.keys.create(newKey, a.operator)
      const kiosk = { client: 'kiosk', scopes: [], createdAt: now, expiresAt: null } as const
      const { id: kioskId } = await stores.keys.create(kiosk, a.operator)
      await stores.keys.revoke(id, a.later(3), a.operator)
      assert.deepEqual(await stores.keys.list(), [
        { id, ...newKey, revokedAt: a.later(3), lastUsedAt: null },
        { id: kioskId, ...kiosk, revokedAt: null, lastUsedAt: null },
      ])
    })

    it('revokes a key once, and still finds it', async () => {
      await using stores = await kind.fresh()
      const { id, key } = await stores.keys.create(newKey, a.operator)
      assert.equal(await stores.keys.revoke('ffffffff0', a.later(1), a.operator), false)
      assert.equal(await stores.keys.revoke(id, a.later(1), a.operator), true)
      assert.equal(await stores.keys.revoke(id, a.later(2), a.operator), false)
      assert.equal((await stores.keys.find(key))?.revokedAt, a.later(1))
    })

    it('rotates a key: the new one has its client and scopes, the old one ends with the overlap', async () => {
      await using stores = await kind.fresh()
      const { id, key } = await stores.keys.create(newKey, a.operator)
      const by = { operator: 'ada' }
      const rotated = await stores.keys.rotate(id, 4, a.later(2), by)
      assert.ok(rotated !== undefined && rotated.id !== id && rotated.key !== key)
      const { id: newId, key: newText, ...rest } = rotated
      const lifeAsBefore = { expiresAt: a.later(2 + 9), oldExpiresAt: a.later(6) }
      assert.deepEqual(rest, { client: a.client, ...lifeAsBefore })
      assert.deepEqual(await stores.keys.list(), [
        { id, ...newKey, expiresAt: a.later(6), revokedAt: null, lastUsedAt: null },
        {
          id: newId,
          ...newKey,
          createdAt: a.later(2),
          expiresAt: a.later(11),
          revokedAt: null,
          lastUsedAt: null,
        },
      ])
      assert.equal((await stores.keys.find(key))?.id, id)
      assert.equal((await stores.keys.find(newText))?.id, newId)
      const [, ...events] = readable(await stores.saleReader.events(0, 9))
      const { client, scopes } = newKey
      const at = '2026-11-23T10:00:00.002Z'
      const made = { keyId: newId, client, scopes, expiresAt: '2026-11-23T10:00:00.011Z' }
      const ends = { keyId: id, newKeyId: newId, expiresAt: '2026-11-23T10:00:00.006Z' }
      assert.deepEqual(
        events.map((event) => [event.type, event.at, event.data, event.actor]),
        [
          ['ApiKeyCreated', at, made, by],
          ['ApiKeyRotated', at, ends, by],
        ],
      )
      assert.ok(!JSON.stringify(events).includes(newText))
    })

    it('rotates no key to a later end than it had, and a lasting one to a lasting one', async () => {
      await using stores = await kind.fresh()
      const { id } = await stores.keys.create(newKey, a.operator)
      assert.equal(
        (await stores.keys.rotate(id, 99, a.later(2), a.operator))?.oldExpiresAt,
        a.later(9),
      )
      const lasting = await stores.keys.create({ ...newKey, expiresAt: null }, a.operator)
      const rotated = await stores.keys.rotate(lasting.id, 99, a.later(2), a.operator)
      assert.deepEqual([rotated?.expiresAt, rotated?.oldExpiresAt], [null, a.later(101)])
    })

    it('rotates no key that is unknown, expired or revoked', async () => {
      await using stores = await kind.fresh()
      const expired = await stores.keys.create(newKey, a.operator)
      const revoked = await stores.keys.create(newKey, a.operator)
      await stores.keys.revoke(revoked.id, a.later(1), a.operator)
      const before = [await stores.keys.list(), await stores.saleReader.events(0, 9)]
      for (const [id, at] of [
        ['ffffffff0', 2],
        [expired.id, 9],
        [revoked.id, 2],
      ] as const) {
        assert.equal(await stores.keys.rotate(id, 4, a.later(at), a.operator), undefined)
      }
      assert.deepEqual([await stores.keys.list(), await stores.saleReader.events(0, 9)], before)
    })

    it('stores when keys were last used, the latest time of each, with no event', async () => {
      await using stores = await kind.fresh()
      const { id } = await stores.keys.create(newKey, a.operator)
      const { id: otherId } = await stores.keys.create(newKey, a.operator)
      const lastUses = async () => (await stores.keys.list()).map((key) => key.lastUsedAt)
      await stores.keys.noteUses([
        { id, at: a.later(2) },
        { id: 'ffffffff0', at: a.later(3) },
      ])
      assert.deepEqual(await lastUses(), [a.later(2), null])
      await stores.keys.noteUses([
        { id: otherId, at: a.later(4) },
        { id, at: a.later(1) },
      ])
      assert.deepEqual(await lastUses(), [a.later(2), a.later(4)])
      await stores.keys.noteUses([])
      assert.equal((await stores.saleReader.events(0, 9)).length, 2)
    })

    it('shows to every instance at once that a key was made, rotated or revoked', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      const { id, key } = await one.keys.create(newKey, a.operator)
      assert.equal((await other.keys.find(key))?.revokedAt, null)
      await one.keys.rotate(id, 4, a.later(2), a.operator)
      assert.equal((await other.keys.find(key))?.expiresAt, a.later(6))
      await one.keys.revoke(id, a.later(3), a.operator)
      assert.equal((await other.keys.find(key))?.revokedAt, a.later(3))
      assert.equal((await other.keys.findById(id))?.revokedAt, a.later(3))
    })

    it('keeps the latest use of each key, where four instances store theirs at once', async () => {
      await using database = await kind.shared()
      await using connected = await a.connectAll(database, 4)
      const [{ keys } = assert.fail('there is one')] = connected.all
      const ids: string[] = []
      for (let made = 0; made < 5; made += 1) ids.push((await keys.create(newKey, a.operator)).id)
      for (let round = 0; round < 5; round += 1) {
        await Promise.all(
          connected.all.map((stores, index) => {
            // Each in an order of its own, and the last of them is not the one with the latest.
            const uses = ids.map((id, place) => ({
              id,
              at: a.later(10 * round + ((index + place) % 4)),
            }))
            return stores.keys.noteUses(index % 2 === 0 ? uses : uses.toReversed())
          }),
        )
      }
      const latest = (await keys.list()).map(({ lastUsedAt }) => lastUsedAt)
      assert.deepEqual(
        latest,
        ids.map(() => a.later(43)),
      )
    })

    it('records who made and who revoked a key, with the key itself nowhere', async () => {
      await using stores = await kind.fresh()
      const { id, key } = await stores.keys.create(newKey, a.operator)
      const lasting = { ...newKey, expiresAt: null }
      const { id: lastingId } = await stores.keys.create(lasting, a.actor)
      await stores.keys.revoke(id, a.later(2), { operator: 'ada' })
      await stores.keys.revoke(id, a.later(3), { operator: 'ada' })
      await stores.keys.revoke('ffffffff0', a.later(3), { operator: 'ada' })
      const events = readable(await stores.saleReader.events(0, 9))
      const { client, scopes } = newKey
      const made = { keyId: id, client, scopes, expiresAt: '2026-11-23T10:00:00.009Z' }
      assert.deepEqual(
        events.map(({ type, at, data, actor }) => [type, at, data, actor]),
        [
          ['ApiKeyCreated', '2026-11-23T10:00:00.000Z', made, a.operator],
          [
            'ApiKeyCreated',
            '2026-11-23T10:00:00.000Z',
            { ...made, keyId: lastingId, expiresAt: null },
            a.actor,
          ],
          ['ApiKeyRevoked', '2026-11-23T10:00:00.002Z', { keyId: id }, { operator: 'ada' }],
        ],
      )
      assert.ok(events.every(({ saleId, sequence }) => saleId === null && sequence === null))
      assert.ok(!JSON.stringify(events).includes(key))
    })
  })
}

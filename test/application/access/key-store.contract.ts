import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SCOPES } from '../../../src/application/access/key-store.port.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { readable } from '../../support/log/readable.ts'

const KEY = /^plg_live_[0-9A-Za-z]{49}$/
const newKey = { client: a.client, scopes: SCOPES, createdAt: now, expiresAt: a.later(9) }

/** What `KeyStore` promises, of any adapter. */
export function keyStoreContract(name: string, makeStores: a.MakeStores): void {
  describe(`KeyStore contract: ${name}`, () => {
    it('finds a key by the secret that was returned once', async () => {
      await using stores = await makeStores()
      const { id, key } = await stores.keys.create(newKey, a.operator)
      assert.match(key, KEY)
      assert.ok(!key.includes(id))
      assert.deepEqual(await stores.keys.find(key), { id, ...newKey, revokedAt: null })
    })

    it('finds no key that was never made', async () => {
      await using stores = await makeStores()
      const { id, key } = await stores.keys.create(newKey, a.operator)
      for (const other of ['', id, key.toUpperCase(), `${key}x`, key.slice(0, -1)]) {
        assert.equal(await stores.keys.find(other), undefined)
      }
    })

    it('lists every key ever made, oldest first', async () => {
      await using stores = await makeStores()
      const { id } = await stores.keys.create(newKey, a.operator)
      const kiosk = { client: 'kiosk', scopes: [], createdAt: now, expiresAt: null } as const
      const { id: kioskId } = await stores.keys.create(kiosk, a.operator)
      await stores.keys.revoke(id, a.later(3), a.operator)
      assert.deepEqual(await stores.keys.list(), [
        { id, ...newKey, revokedAt: a.later(3) },
        { id: kioskId, ...kiosk, revokedAt: null },
      ])
    })

    it('revokes a key once, and still finds it', async () => {
      await using stores = await makeStores()
      const { id, key } = await stores.keys.create(newKey, a.operator)
      assert.equal(await stores.keys.revoke('ffffffff0', a.later(1), a.operator), false)
      assert.equal(await stores.keys.revoke(id, a.later(1), a.operator), true)
      assert.equal(await stores.keys.revoke(id, a.later(2), a.operator), false)
      assert.equal((await stores.keys.find(key))?.revokedAt, a.later(1))
    })

    it('records who made and who revoked a key, with the key itself nowhere', async () => {
      await using stores = await makeStores()
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

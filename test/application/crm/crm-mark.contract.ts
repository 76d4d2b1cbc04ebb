import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GATEWAY } from '../../../src/application/log/event-record.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'

/** What `CrmMark` promises, of any adapter. */
export function crmMarkContract(kind: a.StoreKind): void {
  describe(`CrmMark contract: ${kind.name}`, () => {
    it('keeps the first mark, whatever is written later', async () => {
      await using stores = await kind.fresh()
      assert.equal(await stores.crmMark.read(), undefined)
      await stores.crmMark.write('fake', now)
      await stores.crmMark.write('zoho', a.later(1))
      assert.equal(await stores.crmMark.read(), 'fake')
    })

    it('keeps one mark of two processes that write at once', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      await Promise.all([one.crmMark.write('fake', now), other.crmMark.write('zoho', now)])
      const mark = await one.crmMark.read()
      assert.ok(mark === 'fake' || mark === 'zoho')
      assert.equal(await other.crmMark.read(), mark)
    })

    it('knows whether there is a sale; other events are none', async () => {
      await using stores = await kind.fresh()
      await stores.eventLog.record({ type: 'CrmAccountReopened', at: now, data: {} }, GATEWAY)
      assert.equal(await stores.crmMark.hasSales(), false)
      await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
      assert.equal(await stores.crmMark.hasSales(), true)
    })

    it('knows with which key of which client a sale was asked for', async () => {
      await using stores = await kind.fresh()
      const { client, keyId } = a.actor
      assert.equal(await stores.crmMark.hasSaleWith(client, keyId), false)
      const kiosk = { client: 'kiosk', keyId: 'ffffffff' }
      await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
      await stores.sales.begin({ ...a.firstOf(a.saleIdOf(2), kiosk), actor: kiosk }, undefined, now)
      assert.equal(await stores.crmMark.hasSaleWith(client, keyId), true)
      assert.equal(await stores.crmMark.hasSaleWith(kiosk.client, kiosk.keyId), true)
      assert.equal(await stores.crmMark.hasSaleWith(client, kiosk.keyId), false)
      assert.equal(await stores.crmMark.hasSaleWith('nobody', keyId), false)
    })
  })
}

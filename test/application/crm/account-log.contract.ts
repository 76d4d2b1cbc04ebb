import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GATEWAY } from '../../../src/application/log/event-record.ts'
import type { AccountEvent } from '../../../src/application/log/service-events.ts'
import { now, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'

const shut: AccountEvent = {
  type: 'CrmAccountShut',
  at: a.later(7),
  data: { reason: 'the refresh token was revoked' },
}
const reopened: AccountEvent = { type: 'CrmAccountReopened', at: a.later(3), data: {} }

/** What `AccountLog` promises, of any adapter. */
export function accountLogContract(kind: a.StoreKind): void {
  describe(`AccountLog contract: ${kind.name}`, () => {
    it('has no event while the account was never shut', async () => {
      await using stores = await kind.fresh()
      await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
      assert.equal(await stores.account.last(), undefined)
    })

    it('returns the newest event by its position, also where a clock was set back', async () => {
      await using stores = await kind.fresh()
      await stores.eventLog.record(shut, GATEWAY)
      assert.deepEqual(await stores.account.last(), shut)
      await stores.eventLog.record(reopened, GATEWAY)
      assert.deepEqual(await stores.account.last(), reopened)
    })

    it('takes an event by which nothing changes once, whoever finds it', async () => {
      await using stores = await kind.fresh()
      const record = (event: AccountEvent) => stores.eventLog.recordOnce(event, GATEWAY)
      assert.deepEqual(await Promise.all([record(shut), record(shut)]), [true, false])
      assert.equal(await record({ ...shut, at: a.later(8), data: { reason: 'other' } }), false)
      assert.deepEqual(await Promise.all([record(reopened), record(reopened)]), [true, false])
      assert.equal(await record(shut), true)
      assert.equal((await stores.saleReader.events(0, 99)).length, 3)
    })

    it('returns it however much else was recorded since', async () => {
      await using stores = await kind.fresh()
      const saleId = a.saleIdOf(1)
      await stores.eventLog.record(shut, GATEWAY)
      await stores.sales.begin(a.firstOf(saleId), undefined, now)
      await stores.sales.append(a.appendOf(saleId, [requested], [a.failed]))
      await a.askToResume(stores, saleId, a.later(9))
      assert.deepEqual(await stores.account.last(), shut)
    })
  })
}

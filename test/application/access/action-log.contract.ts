import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AuditorLooked, SignInsFailed } from '../../../src/application/log/service-events.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { readable } from '../../support/log/readable.ts'

const look: AuditorLooked = {
  type: 'AuditorLooked',
  at: now,
  data: { day: '2026-11-23', what: '/log' },
}

const failed: SignInsFailed = {
  type: 'SignInsFailed',
  at: now,
  data: {
    minute: '2026-11-23T09:59:00.000Z',
    count: 2,
    reasons: { missing: 0, unknown: 1, expired: 0, revoked: 1 },
    addresses: [{ address: '192.0.2.1', count: 2 }],
    fromOtherAddresses: 0,
    keys: [{ keyId: '0a1b2c3d', count: 1 }],
    ofOtherKeys: 0,
  },
}

const NO_SALE = {
  saleId: null,
  sequence: null,
  version: 1,
  at: '2026-11-23T10:00:00.000Z',
  prev: null,
}

/** What `ActionLog` promises, of any adapter. */
export function actionLogContract(name: string, makeStores: a.MakeStores): void {
  describe(`ActionLog contract: ${name}`, () => {
    it('records a look with who looked', async () => {
      await using stores = await makeStores()
      const auditor = {
        client: 'auditors',
        keyId: '0a1b2c3d',
        requestId: 'order-4711',
        address: '192.0.2.1',
        userAgent: null,
        software: 'plg-sales-gateway/0.1.0',
      }
      await stores.actions.recordLook(look, auditor)
      assert.deepEqual(await stores.saleReader.events(0, 9), [
        { position: 1, ...NO_SALE, type: 'AuditorLooked', data: look.data, actor: auditor },
      ])
    })

    it('records one look for each key and day, also of many at once', async () => {
      await using stores = await makeStores()
      const other = { ...a.actor, keyId: 'ffffffff' }
      const nextDay = {
        ...look,
        at: a.later(86_400_000),
        data: { ...look.data, day: '2026-11-24' },
      }
      await Promise.all([
        stores.actions.recordLook(look, a.actor),
        stores.actions.recordLook({ ...look, data: { ...look.data, what: '/sales' } }, a.actor),
        stores.actions.recordLook(look, other),
        stores.actions.recordLook(nextDay, a.actor),
        stores.actions.recordLook(nextDay, a.actor),
      ])
      const events = readable(await stores.saleReader.events(0, 9))
      assert.deepEqual(
        events.map(({ data, actor }) => [actor, data]),
        [
          [a.actor, look.data],
          [other, look.data],
          [a.actor, nextDay.data],
        ],
      )
    })

    it('records failed sign-ins as of the service itself', async () => {
      await using stores = await makeStores()
      await stores.actions.recordFailedSignIns(failed)
      const actor = { system: 'gateway' }
      assert.deepEqual(await stores.saleReader.events(0, 9), [
        { position: 1, ...NO_SALE, type: 'SignInsFailed', data: failed.data, actor },
      ])
    })
  })
}

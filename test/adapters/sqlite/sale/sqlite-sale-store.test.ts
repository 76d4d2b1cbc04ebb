import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CLAIM_KEPT_MS,
  EXPIRED_CLAIMS_REMOVED_MAX,
} from '../../../../src/adapters/sqlite/sale/idempotency-claims.ts'
import { dealCreated, now, priced, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { openStores } from '../open-stores.ts'

describe('the SQLite sale store', () => {
  it('deletes a few expired claims with each new sale, and no others', async () => {
    await using stores = await openStores()
    const count = EXPIRED_CLAIMS_REMOVED_MAX + 2
    for (let number = 1; number <= count; number++) {
      const saleId = a.saleIdOf(number)
      const claim = { ...a.claim, key: `order-${number}` }
      await stores.sales.begin(a.firstOf(saleId), claim, a.later(number))
      if (number === 1) continue
      await stores.sales.append(a.appendOf(saleId, [requested], [a.failed]))
    }
    const claims = async () => {
      const table = stores.database.kysely.selectFrom('idempotency_claim')
      return (await table.select('sale_id').orderBy('claimed_at').execute()).map(
        (row) => row.sale_id,
      )
    }
    const begin = (number: number, at = now) =>
      stores.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, at)
    await begin(101, a.later(CLAIM_KEPT_MS))
    assert.equal((await claims()).length, count)
    await begin(102, a.later(CLAIM_KEPT_MS + count))
    assert.deepEqual(await claims(), [a.saleIdOf(1), a.saleIdOf(count)])
    await begin(103, a.later(CLAIM_KEPT_MS + count))
    assert.deepEqual(await claims(), [a.saleIdOf(1)])
  })

  it('keeps no key and no request, only their digests', async () => {
    await using stores = await openStores()
    await stores.sales.begin(a.firstOf(a.saleIdOf(1)), a.claim, now)
    const admin = { client: a.client, scopes: ['admin'], createdAt: now, expiresAt: null } as const
    const { key } = await stores.keys.create(admin, a.operator)
    const { kysely } = stores.database
    const stored = [
      ...(await kysely.selectFrom('idempotency_claim').selectAll().execute()),
      ...(await kysely.selectFrom('api_key').selectAll().execute()),
      ...(await kysely.selectFrom('event').selectAll().execute()),
    ]
    const bytes = stored.flatMap((row) => Object.values(row)).join('\n')
    for (const secret of [a.claim.key, a.claim.request, key]) assert.ok(!bytes.includes(secret))
    assert.ok(stored.length === 4 && bytes.includes(a.client))
  })

  it('stores a text with half a surrogate pair, and reads it as U+FFFD', async () => {
    await using stores = await openStores()
    const saleId = a.saleIdOf(1)
    const half = { ...a.failed, data: { ...a.failed.data, reason: 'no \ud83d' } }
    await stores.sales.begin(a.firstOf(saleId), undefined, now)
    await stores.sales.append(a.appendOf(saleId, [requested], [half]))
    const whole = { ...half, data: { ...half.data, reason: 'no \ufffd' } }
    assert.deepEqual(await stores.sales.load(saleId), [requested, whole])
    assert.equal((await stores.saleReader.show(saleId, undefined))?.failure?.message, 'no \ufffd')
  })

  it('stores each event at a place of its own when two sales are written at once', async () => {
    await using stores = await openStores()
    const ids = Array.from({ length: 20 }, (_, index) => a.saleIdOf(index + 1))
    await Promise.all(
      ids.map(async (id) => {
        await stores.sales.begin(a.firstOf(id), undefined, now)
        await stores.sales.append(a.appendOf(id, [requested], [priced, dealCreated]))
      }),
    )
    const events = await stores.saleReader.events(0, 100)
    assert.deepEqual(
      events.map(({ position }) => position),
      Array.from({ length: 60 }, (_, index) => index + 1),
    )
    for (const id of ids) {
      assert.deepEqual(await stores.sales.load(id), [requested, priced, dealCreated])
    }
  })
})

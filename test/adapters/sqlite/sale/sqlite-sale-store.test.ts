import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CLAIM_KEPT_MS,
  EXPIRED_CLAIMS_REMOVED_MAX,
  EXPIRED_LOOK_MS,
} from '../../../../src/adapters/sql/sale/idempotency-claims.ts'
import { now, requested } from '../../../support/examples/sale-examples.ts'
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
    // The look before has found none.
    await begin(102, a.later(CLAIM_KEPT_MS + EXPIRED_LOOK_MS - 1))
    assert.equal((await claims()).length, count)
    await begin(103, a.later(CLAIM_KEPT_MS + EXPIRED_LOOK_MS))
    assert.deepEqual(await claims(), [a.saleIdOf(1), a.saleIdOf(count)])
    await begin(104, a.later(CLAIM_KEPT_MS + EXPIRED_LOOK_MS))
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
})

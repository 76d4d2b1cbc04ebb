import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SAMPLE_PRODUCT_IDS } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import type { SettingsPatch } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import { at, DEAL, openSession } from '../support.ts'

const LINE = { Product_Name: { id: SAMPLE_PRODUCT_IDS[0] ?? '' }, Quantity: 1, List_Price: 2 }

/** A Deal and a Quote of it in one call, and after them whatever `more` has. */
async function compose(
  settings: SettingsPatch = {},
  more: readonly { readonly [name: string]: string | object }[] = [],
) {
  const session = await openSession({ settings })
  const quote = {
    Subject: 'Sale 1',
    Deal_Name: { id: '@{deal:$.data[0].details.id}' },
    Quoted_Items: [LINE],
  }
  const create = (name: string, module: string, record: object) => ({
    sub_request_id: name,
    method: 'POST',
    uri: `/crm/v8/${module}`,
    body: { data: [record] },
  })
  const calls = [create('deal', 'Deals', DEAL), create('quote', 'Quotes', quote), ...more]
  const body = JSON.parse(JSON.stringify({ rollback_on_fail: true, __composite_requests: calls }))
  const reply = await session.call('POST', '/crm/v8/__composite_requests', body)
  return { ...session, ...reply }
}

const FAILING = [
  { sub_request_id: 'no', method: 'POST', uri: '/crm/v8/Deals', body: { data: [{}] } },
] as const

describe('A composite call', () => {
  it('makes its calls in order, each with the ids of those before it', async () => {
    const { status, body, fake } = await compose()
    assert.equal(status, 200)
    const [deal] = fake.records.live('Deals')
    const [quote] = fake.records.live('Quotes')
    assert.equal(at(quote?.['Deal_Name'], 'id'), deal?.id)
    const inner = at(body, '__composite_requests', 1, 'details', 'response')
    assert.equal(at(inner, 'status_code'), 201)
    assert.equal(at(inner, 'body', 'data', 0, 'details', 'id'), quote?.id)
  })

  it('rolls back when one of them fails, and reports at which', async () => {
    const { status, body, fake } = await compose({}, FAILING)
    assert.equal(status, 400)
    assert.deepEqual(fake.records.live('Deals'), [])
    assert.deepEqual(fake.records.live('Quotes'), [])
    const codes = [0, 1, 2].map((index) => at(body, '__composite_requests', index, 'code'))
    assert.deepEqual(codes, ['ROLLBACK_PERFORMED', 'ROLLBACK_PERFORMED', 'SUCCESS'])
  })

  it('keeps what was made, or is a call that nobody knows, by the setting', async () => {
    const kept = await compose({ compositeCalls: 'kept' }, FAILING)
    assert.equal(kept.status, 207)
    assert.equal(kept.fake.records.live('Quotes').length, 1)
    assert.equal((await compose({ compositeCalls: 'unknown' })).status, 404)
  })

  it('needs its own scope, and those of its calls', async () => {
    const without = await compose({ scopes: ['ZohoCRM.modules.ALL'] })
    assert.deepEqual([without.status, at(without.body, 'code')], [401, 'OAUTH_SCOPE_MISMATCH'])
    const scopes = ['ZohoCRM.composite_requests.CUSTOM', 'ZohoCRM.modules.deals.ALL']
    const { status, fake } = await compose({ scopes })
    assert.equal(status, 400)
    assert.deepEqual(fake.records.live('Deals'), [])
  })
})

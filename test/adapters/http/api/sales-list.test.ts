import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SaleId } from '../../../../src/domain/ids.ts'
import {
  errorMessage,
  get,
  holdAt,
  PATIENT,
  post,
  SALE,
  saleIdOf,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const SOLO = '550428000008877777'

const ROW = [
  'saleId',
  'status',
  'contactId',
  'dealId',
  'quoteId',
  'salesOrderId',
  'requestedAt',
  'endedAt',
  'failure',
]

async function sell(t: TestService, client: string, body: object = SALE): Promise<SaleId> {
  return saleIdOf(await post(t, await t.key(client, 'sales:create'), body))
}

async function list(t: TestService, key: string, query = '') {
  const answer = await get(t, key, `/sales${query}`)
  assert.equal(answer.statusCode, 200, answer.body)
  const page: { sales: { saleId: SaleId; requestedAt: string }[]; next: string | null } =
    answer.json()
  assert.deepEqual(Object.keys(page), ['sales', 'next'])
  return { ids: page.sales.map(({ saleId }) => saleId), ...page }
}

describe('GET /sales', () => {
  it('is an empty page where there is no sale', async () => {
    await using t = await makeTestService()
    const answer = await get(t, await t.key('shop', 'sales:read'), '/sales')
    assert.equal(answer.body, '{"sales":[],"next":null}')
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  })

  it('lists the newest first, each in the published shape', async () => {
    await using t = await makeTestService()
    const done = await sell(t, 'shop')
    const failed = await sell(t, 'shop', { ...SALE, contactId: '1' })
    const { sales, ids } = await list(t, await t.key('shop', 'sales:read'))
    assert.deepEqual(ids, [failed, done])
    for (const sale of sales) assert.deepEqual(Object.keys(sale), ROW)
    const [second, first] = sales
    const [deal, quote, order] = (['Deals', 'Quotes', 'Sales_Orders'] as const).map(
      (module) => t.fake.records.live(module)[0]?.id,
    )
    assert.match(first?.requestedAt ?? '', ISO)
    assert.deepEqual(
      { ...first, requestedAt: null, endedAt: null },
      {
        saleId: done,
        status: 'completed',
        contactId: SALE.contactId,
        dealId: deal,
        quoteId: quote,
        salesOrderId: order,
        requestedAt: null,
        endedAt: null,
        failure: null,
      },
    )
    assert.deepEqual(
      { ...second, requestedAt: null, endedAt: null },
      {
        saleId: failed,
        status: 'rolled_back',
        contactId: '1',
        dealId: null,
        quoteId: null,
        salesOrderId: null,
        requestedAt: null,
        endedAt: null,
        failure: { step: 'contact', message: 'contact 1 is not in the CRM' },
      },
    )
  })

  it('shows a client its own sales, and an auditor all', async () => {
    await using t = await makeTestService()
    const shop = await sell(t, 'shop')
    const kiosk = await sell(t, 'kiosk')
    assert.deepEqual((await list(t, await t.key('shop', 'sales:read'))).ids, [shop])
    assert.deepEqual((await list(t, await t.key('kiosk', 'sales:read'))).ids, [kiosk])
    assert.deepEqual((await list(t, await t.key('third', 'sales:read'))).ids, [])
    assert.deepEqual((await list(t, await t.key('third', 'audit:read'))).ids, [kiosk, shop])
    assert.deepEqual((await list(t, await t.key('third', 'admin'))).ids, [kiosk, shop])
    const both = await t.key('shop', 'sales:read', 'audit:read')
    assert.deepEqual((await list(t, both)).ids, [kiosk, shop])
  })

  it('gives out pages, each beginning where the one before ends', async () => {
    await using t = await makeTestService()
    const ids: SaleId[] = []
    for (let i = 0; i < 5; i += 1) {
      ids.unshift(await sell(t, 'shop'))
      await sell(t, 'kiosk')
    }
    const key = await t.key('shop', 'sales:read')
    const first = await list(t, key, '?limit=2')
    assert.deepEqual(first.ids, ids.slice(0, 2))
    // What is sold between two pages moves nothing.
    await sell(t, 'shop')
    const second = await list(t, key, `?limit=2&after=${first.next}`)
    assert.deepEqual(second.ids, ids.slice(2, 4))
    const third = await list(t, key, `?limit=2&after=${second.next}`)
    assert.deepEqual(third.ids, ids.slice(4))
    assert.equal(third.next, null)
    assert.equal((await list(t, key, '?limit=6')).next, null)
  })

  it('filters by contact and status', async () => {
    await using t = await makeTestService(PATIENT)
    const done = await sell(t, 'shop')
    const solo = await sell(t, 'shop', { ...SALE, contactId: SOLO })
    const failed = await sell(t, 'shop', { ...SALE, contactId: '1' })
    const held = holdAt(t, 'create:Deals')
    const running = sell(t, 'shop')
    await held.arrived()
    const key = await t.key('shop', 'sales:read')
    assert.deepEqual((await list(t, key, `?contactId=${SOLO}`)).ids, [solo])
    assert.deepEqual((await list(t, key, '?status=completed')).ids, [solo, done])
    assert.deepEqual((await list(t, key, '?status=rolled_back')).ids, [failed])
    assert.deepEqual((await list(t, key, '?status=rolling_back')).ids, [])
    assert.deepEqual((await list(t, key, '?status=stuck')).ids, [])
    const inProgress = (await list(t, key, '?status=in_progress')).ids
    held.release()
    assert.deepEqual(inProgress, [await running])
    assert.deepEqual((await list(t, key, `?contactId=${SOLO}&status=rolled_back`)).ids, [])
  })

  it('filters by time, from inclusive, to exclusive', async () => {
    await using t = await makeTestService()
    await sell(t, 'shop')
    const key = await t.key('shop', 'sales:read')
    const at = (await list(t, key)).sales[0]?.requestedAt ?? ''
    const later = new Date(Date.parse(at) + 1).toISOString()
    const inIstanbul = new Date(Date.parse(at) + 10_800_000).toISOString().replace('Z', '+03:00')
    const found = async (query: string) => (await list(t, key, query)).ids.length
    assert.equal(await found(`?from=${at}`), 1)
    assert.equal(await found(`?from=${later}`), 0)
    assert.equal(await found(`?to=${at}`), 0)
    assert.equal(await found(`?to=${later}`), 1)
    assert.equal(await found(`?from=${at}&to=${later}`), 1)
    assert.equal(await found(`?from=${inIstanbul}&to=${later}`), 1)
    assert.equal(await found(`?from=${at.slice(0, 10)}`), 1)
    assert.equal(await found(`?to=${at.slice(0, 10)}`), 0)
  })

  it('takes the limits of its parameters', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:read')
    for (const query of ['?limit=1', '?limit=200', '?after=1', '?from=2024-02-29T23:59Z']) {
      assert.deepEqual((await list(t, key, query)).ids, [])
    }
  })

  const BAD: readonly (readonly [string, readonly string[]])[] = [
    ['status', ['', 'done', 'COMPLETED', 'completed,stuck', 'completed&status=stuck']],
    ['contactId', ['', 'x', '1'.repeat(21), '-1', '1&contactId=2']],
    ['limit', ['', '0', '-1', '201', '1.5', '1e2', 'all', '0x10', '%2050', '50&limit=50']],
    ['after', ['', '0', '-1', 'x', '1.5', '9'.repeat(16), '1&after=2']],
    ['from', ['', 'yesterday', '2026', '2026-13-01', '2026-02-30', '2026-01-01T10:00', '20260101']],
    ['from', ['2026-01-01T25:00Z', '2026-01-01 10:00Z', '2026-01-01T10:00+99:99', '1767261600000']],
    ['to', ['', '2026-1-1', '+002026-01-01', '2026-02-29', '2026-01-01&to=2026-01-02']],
  ]

  for (const [name, values] of BAD) {
    for (const value of values) {
      it(`is 400 for ${name}=${value}, and names it`, async () => {
        await using t = await makeTestService()
        const key = await t.key('shop', 'sales:read')
        const answer = await get(t, key, `/sales?${name}=${value}`)
        assert.equal(answer.statusCode, 400, answer.body)
        assert.ok(errorMessage(answer).startsWith(`${name}: must be `), answer.body)
      })
    }
  }

  for (const name of ['status', 'contactId', 'from', 'to', 'after', 'limit']) {
    it(`is 400 for ${name} given twice, and reports it`, async () => {
      await using t = await makeTestService()
      const key = await t.key('shop', 'sales:read')
      const answer = await get(t, key, `/sales?${name}=1&${name}=1`)
      assert.equal(answer.statusCode, 400)
      assert.equal(errorMessage(answer), `${name}: must be given once`)
    })
  }
})

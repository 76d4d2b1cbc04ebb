import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readTime, timeText, UTC, zoneNamed } from '../../../../src/application/words/zone.ts'
import { post, saleIdOf } from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'
import { basic, reportIn, textOf } from './support.ts'

const ISTANBUL = zoneNamed('Europe/Istanbul') ?? assert.fail('no Istanbul')

function openIn(t: TestService, key: string, zone: string, url: string) {
  const authorization = basic('auditor', key)
  const headers = { accept: 'text/html', authorization, cookie: `audit-zone=${zone}` }
  return t.server.inject({ method: 'GET', url, headers })
}

describe('The times of a page', () => {
  it('are all in the zone that the reader chose, each with its offset, and in the report, too', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
    const [sale] = (await t.store.saleReader.list({ limit: 1 })).sales
    assert.ok(sale !== undefined)
    const requested = timeText(ISTANBUL, sale.requestedAt)
    assert.match(requested, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+03:00$/)
    for (const url of ['/audit', `/audit/sales/${saleId}`, `/audit/sales/${saleId}/bundle`]) {
      const { body } = await openIn(t, key, 'Europe/Istanbul', url)
      const page = url.endsWith('/bundle') ? reportIn(body) : body
      assert.ok(page.includes(requested.slice(0, 19)), url)
      const times = [
        ...page.matchAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})?( UTC| [+-]\d\d:\d\d)?/g),
      ]
      assert.ok(times.length > 0, url)
      for (const [text, zone] of times) assert.equal(zone, ' +03:00', `${url}: ${text}`)
    }
    const utc = await openIn(t, key, 'Nowhere', '/audit')
    assert.match(textOf(utc.body), / UTC /)
  })

  it('go into the filters as the list shows them, and mean the same in another zone', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    await post(t, await t.key('web-shop', 'sales:create'))
    const [sale] = (await t.store.saleReader.list({ limit: 1 })).sales
    assert.ok(sale !== undefined)
    const shown = timeText(ISTANBUL, sale.requestedAt)
    const listed = async (zone: string, query: Readonly<Record<string, string>>) => {
      const url = `/audit?${new URLSearchParams(query)}`
      const { body, statusCode } = await openIn(t, key, zone, url)
      assert.equal(statusCode, 200, url)
      return { sales: [...body.matchAll(/<tr role="row"><td/g)].length, body }
    }
    const wall = shown.slice(0, 19)
    assert.equal((await listed('Europe/Istanbul', { from: shown })).sales, 1)
    assert.equal((await listed('Europe/Istanbul', { from: wall })).sales, 1)
    assert.equal((await listed('Europe/Istanbul', { to: wall })).sales, 0)
    assert.equal((await listed('UTC', { from: wall })).sales, 0)
    assert.equal((await listed('UTC', { from: shown })).sales, 1)
    const kept = await listed('UTC', { from: wall, zone: 'Europe/Istanbul' })
    assert.equal(kept.sales, 1)
    const [, inUtc = ''] = /name="from" value="([^"]*)"/.exec(kept.body) ?? []
    assert.equal(readTime(UTC, inUtc, 'first'), readTime(ISTANBUL, wall, 'first'))
    assert.match(kept.body, /From \(UTC\)/)
    assert.match(kept.body, /<input type="hidden" name="zone" value="UTC">/)
  })

  it('stay in UTC for programs', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    await post(t, await t.key('web-shop', 'sales:create'))
    const csv = await openIn(t, key, 'Europe/Istanbul', '/audit/sales.csv')
    assert.match(csv.body, /,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z,/)
    assert.doesNotMatch(csv.body, /\+03:00/)
  })
})

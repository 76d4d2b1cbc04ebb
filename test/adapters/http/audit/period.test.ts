import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EpochMs } from '../../../../src/domain/time.ts'
import { requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import {
  errorMessage,
  get,
  post,
  saleIdOf,
  untilEvent,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'
import { open, reportIn, textOf } from './support.ts'

/** A sale on the day before the first one of the service, a completed one, and one that failed. */
async function makeThree() {
  const t = await makeTestService()
  const auditor = await t.key('auditor', 'audit:read')
  const before = Date.parse('2026-11-23T22:30:00Z') as EpochMs
  const event = { ...requested, at: before }
  await t.store.sales.begin(a.firstOf(a.saleIdOf(1), { event }), undefined, before)
  const done = saleIdOf(await post(t, await t.key('kiosk', 'sales:create')))
  t.fake.faults.add({
    operation: 'create:Quotes',
    kind: { type: 'refuse', message: 'the stage is not allowed' },
  })
  const undone = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
  await untilEvent(t, undone, 'SaleRolledBack')
  return { t, auditor, done, undone, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() }
}

const NOVEMBER = '/audit/period?from=2026-11-01&to=2026-12-01'

describe('The page of a period', () => {
  it('adds up by day, outcome and client, and lists what failed with why', async () => {
    await using three = await makeThree()
    const { t, auditor, undone } = three
    const { statusCode, body } = await open(t, auditor, NOVEMBER)
    assert.equal(statusCode, 200)
    const text = textOf(body)
    for (const part of [
      ' Period 2026-11-01 – 2026-12-01 Sales by the time of their request,',
      ' before the second (UTC). ',
      ' All 3 sales In progress 1 sale 1 not summed Completed 1 sale 2,949.50 Rolled back 1 sale 2,949.50 ',
      ' Day In progress Completed Rolled back All Amount of the completed 2026-11-01 0 0 0 0 2026-11-02 ',
      ' 2026-11-23 1 0 0 1 2026-11-24 0 1 1 2 2,949.50 2026-11-25 0 0 0 0 ',
      ' 2026-11-30 0 0 0 0 By client and outcome ',
      ' Client In progress Completed Rolled back All Amount of the completed web-shop 1 0 1 2 kiosk 0 1 0 1 2,949.50 Failed ',
    ]) {
      assert.ok(text.includes(part), `${part} in ${text}`)
    }
    const failed = body.slice(body.indexOf('<h2>Failed</h2>'))
    assert.deepEqual(
      [...failed.matchAll(/\/audit\/sales\/([0-9a-f-]{36})"/g)].map(([, id]) => id),
      [undone],
    )
    assert.ok(textOf(`<main${failed}`).includes('Quote INVALID_DATA: the stage is not allowed'))
    assert.equal([...body.matchAll(/<rect class="bar \w+" x=/g)].length, 3)
  })

  it('has the days of the zone of the reader, each with its sales behind it', async () => {
    await using three = await makeThree()
    const { t, auditor } = three
    const headers = {
      'x-api-key': auditor,
      accept: 'text/html',
      cookie: 'audit-zone=Europe/Istanbul',
    }
    const { body } = await t.server.inject({ url: NOVEMBER, headers })
    assert.ok(textOf(body).includes(' 2026-11-23 0 0 0 0 2026-11-24 1 1 1 3 2,949.50 '))
    const [, url = ''] = /<a href="([^"]+)">2026-11-24<\/a>/.exec(body) ?? []
    const day = await t.server.inject({ url: url.replaceAll('&amp;', '&'), headers })
    assert.ok(textOf(day.body).includes(' All 3 sales '))
  })

  it('is this month where none is named, and shows a long period by months', async () => {
    await using three = await makeThree()
    const { t, auditor } = three
    const month = await open(t, auditor, '/audit/period')
    assert.ok(textOf(month.body).includes(' Period 2026-11-01 – 2026-12-01 '))
    const [year = ''] = [...month.body.matchAll(/<a href="([^"]+)">This year<\/a>/g)].map(
      ([, url]) => url,
    )
    assert.equal(year, '/audit/period?from=2026-01-01&amp;to=2027-01-01&amp;zone=UTC')
    const { body } = await open(t, auditor, year.replaceAll('&amp;', '&'))
    assert.ok(textOf(body).includes(' 2026-10 0 0 0 0 2026-11 1 1 1 3 2,949.50 2026-12 0 0 0 0 '))
    assert.match(
      body,
      /<a href="\/audit\/period\?from=2026-11-01&amp;to=2026-12-01&amp;zone=UTC">2026-11</,
    )
    const next = await open(t, auditor, '/audit/period?from=2026-12-01&to=2027-01-01')
    assert.match(textOf(next.body), /No sale was requested in this period\./)
  })

  it('names the field that cannot be used, to programs in English', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    for (const [query, message] of [
      ['from=yesterday', /^from: must be a day or a time/],
      ['to=2026-02-30', /^to: must be a day or a time/],
      ['zone=Mars', /^zone: must be the name of a time zone/],
      ['from=2026-11-02&to=2026-11-02', /^to: must be after the beginning$/],
      ['from=2006-01-01&to=2026-11-02', /^to: must be within 120 months/],
      ['from=2026-11-01&from=2026-11-02', /^from: must be given once$/],
    ] as const) {
      const page = await open(t, auditor, `/audit/period?${query}`)
      assert.equal(page.statusCode, 400, query)
      assert.match(page.body, /role="alert"/)
      for (const file of ['', '/bundle', '/events.csv']) {
        const answer = await get(t, auditor, `/audit/period${file}?${query}`)
        assert.equal(answer.statusCode, 400, `${file}?${query}`)
        assert.match(errorMessage(answer), message)
      }
    }
  })

  it('has the events of the period as CSV, for programs and for spreadsheets', async () => {
    await using three = await makeThree()
    const { t, auditor, done, undone } = three
    const ask = (query: string) => get(t, auditor, `/audit/period/events.csv?${query}`)
    const plain = await ask('from=2026-11-24&to=2026-11-25')
    const [head, ...lines] = plain.body.trimEnd().split('\r\n')
    assert.equal(head, '\uFEFFposition,sale_id,sequence,type,version,at,actor,data')
    for (const id of [done, undone])
      assert.ok(lines.some((line) => line.includes(`,${id},1,SaleRequested,`)))
    assert.ok(lines.some((line) => line.includes(',ApiKeyCreated,')))
    assert.ok(!plain.body.includes(a.saleIdOf(1)))
    assert.equal(
      plain.headers['content-disposition'],
      'attachment; filename="events-2026-11-24-to-2026-11-24.csv"',
    )
    const sheet = await ask('from=2026-11-24&to=2026-11-25&for=spreadsheet&separator=semicolon')
    assert.equal(sheet.body.trimEnd().split('\r\n').length, lines.length + 1)
    assert.match(sheet.body, /^\uFEFFPosition;Sale;Event of the sale;Time \(UTC\);/)
    const none = await ask('from=2026-10-24&to=2026-10-25')
    assert.equal(none.body, `${head}\r\n`)
  })

  it('has the bundle of the period, which is an event of the log', async () => {
    await using three = await makeThree()
    const { t, auditor } = three
    const answer = await get(t, auditor, `${NOVEMBER.replace('period', 'period/bundle')}`)
    assert.equal(answer.statusCode, 200)
    assert.equal(
      answer.headers['content-disposition'],
      'attachment; filename="period-2026-11-01-to-2026-11-30.tar"',
    )
    assert.match(reportIn(answer.body), /<h1>/)
    const types = (await t.store.saleReader.events(0, 100)).map(({ type }) => type)
    assert.ok(types.includes('AuditExported'))
    const url = '/audit/period/bundle?from=2020-01-01&to=2020-02-01'
    const none = await get(t, auditor, url)
    assert.equal(none.statusCode, 404)
    assert.equal(errorMessage(none), 'No event is in this period.')
    const headers = { 'x-api-key': auditor, accept: 'text/html', 'accept-language': 'tr' }
    assert.match(textOf((await t.server.inject({ url, headers })).body), /Bu dönemde olay yok\./)
  })
})

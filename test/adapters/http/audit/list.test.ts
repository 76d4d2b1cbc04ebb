import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SAMPLE_CONTACT_ID } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import type { SaleId } from '../../../../src/domain/ids.ts'
import type { EpochMs } from '../../../../src/domain/time.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import {
  errorMessage,
  get,
  post,
  saleIdOf,
  untilEvent,
} from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'
import { open, textOf } from './support.ts'

const KIOSK = `the "kiosk" <b>&'s`

/** A completed sale of one client, then a rolled back one of another. */
async function makeTwo() {
  const t = await makeTestService()
  const auditor = await t.key('auditor', 'audit:read')
  const done = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
  await t.time.pass(1_000)
  t.fake.faults.add({
    operation: 'create:Quotes',
    kind: { type: 'refuse', message: 'the stage is not allowed' },
  })
  const undone = saleIdOf(await post(t, await t.key(KIOSK, 'sales:create')))
  await untilEvent(t, undone, 'SaleRolledBack')
  const [first] = (await t.store.saleReader.list({ limit: 1 })).sales
  const between = new Date(first?.requestedAt ?? 0).toISOString()
  return {
    t,
    auditor,
    done,
    undone,
    between,
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  }
}

function listed(page: string): readonly string[] {
  return [...page.matchAll(/<a href="\/audit\/sales\/([0-9a-f-]{36})">/g)].map(([, id]) =>
    String(id),
  )
}

describe('The list of sales', () => {
  it('shows each sale with its status in words, its client, amount and failure', async () => {
    await using two = await makeTwo()
    const { statusCode, body } = await open(two.t, two.auditor, '/audit')
    assert.equal(statusCode, 200)
    assert.deepEqual(listed(body), [two.undone, two.done])
    const text = textOf(body)
    for (const shown of ['Completed', 'Rolled back', 'web-shop', KIOSK, '2,949.50', 'UTC']) {
      assert.ok(text.includes(shown), shown)
    }
    assert.ok(text.includes('Quote INVALID_DATA: the stage is not allowed'))
  })

  it('escapes what callers, operators and the CRM wrote', async () => {
    await using two = await makeTwo()
    const { body } = await open(two.t, two.auditor, `/audit?client=${encodeURIComponent(KIOSK)}`)
    assert.deepEqual(listed(body), [two.undone])
    assert.doesNotMatch(body, /<img|kiosk" <b>|<b>&'s/)
    assert.ok(body.includes('value="the &quot;kiosk&quot; &lt;b&gt;&amp;&#39;s"'))
  })

  it('filters by each field, alone and together, as a form sends it', async () => {
    await using two = await makeTwo()
    const { undone, done, between } = two
    const minute = between.slice(0, 16)
    const queries: readonly (readonly [string, readonly SaleId[]])[] = [
      ['status=&client=&failedStep=&contactId=&from=&to=', [undone, done]],
      ['status=completed', [done]],
      ['status=stuck', []],
      ['failedStep=quote', [undone]],
      ['failedStep=deal', []],
      ['client=web-shop', [done]],
      [`client=${new URLSearchParams({ x: KIOSK }).toString().slice(2)}`, [undone]],
      [`contactId=${SAMPLE_CONTACT_ID}`, [undone, done]],
      ['contactId=1', []],
      [`from=${between}`, [undone]],
      [`to=${between}`, [done]],
      [`from=${encodeURIComponent(minute)}`, [undone, done]],
      [`to=${encodeURIComponent(minute)}`, []],
      ['from=2026-01-01', [undone, done]],
      [
        `status=rolled_back&failedStep=quote&contactId=${SAMPLE_CONTACT_ID}&from=2026-01-01`,
        [undone],
      ],
      ['status=completed&failedStep=quote', []],
    ]
    for (const [query, sales] of queries) {
      const answer = await open(two.t, two.auditor, `/audit?${query}`)
      assert.equal(answer.statusCode, 200, query)
      assert.deepEqual(listed(answer.body), sales, query)
      if (sales.length === 0) assert.match(textOf(answer.body), /No sale fits/)
    }
  })

  it('names the field that cannot be used', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    for (const [query, name] of [
      ['status=lost', 'status'],
      ['failedStep=lunch', 'failedStep'],
      ['contactId=12a', 'contactId'],
      ['from=yesterday', 'from'],
      ['from=2026-02-30T00:00', 'from'],
      ['to=2026-11-24T25:00', 'to'],
      ['after=-1', 'after'],
      ['before=x', 'before'],
      ['after=9&before=9', 'before'],
      ['status=stuck&status=completed', 'status'],
      [`client=${'x'.repeat(201)}`, 'client'],
    ] as const) {
      const page = await open(t, auditor, `/audit?${query}`)
      assert.equal(page.statusCode, 400, query)
      assert.match(
        textOf(page.body),
        new RegExp(`This filter cannot be used\\. .*\\(${name}\\) ?:`),
      )
      const csv = name === 'before' ? [] : [`/audit/sales.csv?${query}`]
      for (const url of [`/audit?${query}`, ...csv]) {
        const program = await get(t, auditor, url)
        assert.equal(program.statusCode, 400)
        assert.match(errorMessage(program), new RegExp(`^${name}: (?:must|cannot) `))
      }
    }
  })

  it('keeps what was typed, also where it is wrong', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    const url = '/audit?status=stuck&contactId=12a&from=2026-11-24T10:00&to=2026-11-24T10:00:30'
    const { body } = await open(t, auditor, url)
    assert.match(body, /<option value="stuck" selected>/)
    assert.match(body, /name="contactId" value="12a"[^>]* aria-invalid="true"/)
    assert.match(body, /name="from" value="2026-11-24 10:00"/)
    assert.match(body, /name="to" value="2026-11-24 10:00:30"/)
  })

  it('leads from page to page and back, with the filters and the place in the whole', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    await beginMany(t, 1_121)
    const pages: Record<string, readonly string[]> = {}
    const look = async (url: string, place: string) => {
      const { body } = await open(t, auditor, url)
      assert.match(textOf(body), new RegExp(` ${place} `), url)
      const links = [...body.matchAll(/<a class="button"[^>]*>(\w+)<\/a>/g)].map(
        ([, words]) => words,
      )
      pages[place] = listed(body)
      return { body, links, to: (words: string) => linkTo(body, words) }
    }
    const first = await look('/audit?client=web-shop&status=in_progress', '1–50 of 1,121')
    assert.deepEqual(first.links, ['Older', 'Oldest'])
    assert.match(first.to('Older'), /status=in_progress&client=web-shop&after=\d+$/)
    const second = await look(first.to('Older'), '51–100 of 1,121')
    assert.deepEqual(second.links, ['Newest', 'Newer', 'Older', 'Oldest'])
    assert.equal(second.to('Newest'), '/audit?status=in_progress&client=web-shop')
    const last = await look(second.to('Oldest'), '1,072–1,121 of 1,121')
    assert.deepEqual(last.links, ['Newest', 'Newer'])
    const beforeLast = await look(last.to('Newer'), '1,022–1,071 of 1,121')
    assert.deepEqual((await look(beforeLast.to('Older'), '1,072–1,121 of 1,121')).links, last.links)
    assert.deepEqual((await look(second.to('Newer'), '1–50 of 1,121')).links, first.links)
    for (const ids of Object.values(pages)) assert.equal(ids.length, 50)
    assert.equal(new Set(Object.values(pages).flat()).size, 200)
  })

  it('says how many sales fit and what they add up to, and which amounts it could not add', async () => {
    await using two = await makeTwo()
    await two.t.store.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
    const all = await open(two.t, two.auditor, '/audit')
    assert.match(
      textOf(all.body),
      / All 3 sales In progress 1 sale 1 not summed Completed 1 sale 2,949\.50 Rolled back 1 sale 2,949\.50 Not summed: sales that were never priced/,
    )
    assert.equal(linkTo(all.body, '1 sale'), '/audit?status=in_progress')
    const some = await open(two.t, two.auditor, '/audit?status=rolled_back')
    assert.match(textOf(some.body), / All 1 sale Rolled back 1 sale 2,949\.50 Sales, newest first /)
    assert.equal(linkTo(some.body, '1 sale'), '')
    const headers = { 'x-api-key': two.auditor, accept: 'text/html', 'accept-language': 'tr' }
    const turkish = await two.t.server.inject({ url: '/audit', headers })
    assert.match(textOf(turkish.body), / Tamamlandı 1 satış 2\.949,50 /)
  })

  it('leads to what came since this key looked on a day before', async () => {
    await using two = await makeTwo()
    const { t, auditor, between, undone } = two
    assert.doesNotMatch((await open(t, auditor, '/audit')).body, /Since your last look/)
    const [key] = (await t.store.keys.list()).filter(({ client }) => client === 'auditor')
    const actor = { client: 'auditor', keyId: key?.id ?? '', requestId: 'r', address: '192.0.2.1' }
    const at = Date.parse(between) as EpochMs
    const data = { day: '2026-01-01', what: '/audit' }
    await t.store.eventLog.recordOnce({ type: 'AuditorLooked', at, data }, actor)
    const { body } = await open(t, auditor, '/audit')
    const [, url = '', said] = /<a href="([^"]+)">Since your last look, (.*?)<\/a>/.exec(body) ?? []
    assert.match(String(said), new RegExp(`datetime="${between}"`))
    assert.deepEqual(listed((await open(t, auditor, url)).body), [undone])
  })

  it('comes as CSV with the same filters, every sale of it, and no formula', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    const evil = await t.key('=cmd|"x"', 'sales:create')
    await beginMany(t, 205)
    await post(t, evil)
    const answer = await get(t, auditor, '/audit/sales.csv')
    assert.match(String(answer.headers['content-type']), /^text\/csv/)
    assert.match(String(answer.headers['content-disposition']), /attachment; filename="sales.csv"/)
    const [head, first, ...rest] = answer.body.trimEnd().split('\r\n')
    assert.ok(head?.startsWith('\uFEFFsale_id,status,requested_at,ended_at,duration_ms,client,'))
    assert.ok(first?.includes(`,"'=cmd|""x""",${SAMPLE_CONTACT_ID},`))
    assert.ok(first?.endsWith(',2949.50,,'))
    assert.equal(rest.length, 205)
    const some = await get(t, auditor, '/audit/sales.csv?client=nobody')
    assert.equal(some.body.trimEnd().split('\r\n').length, 1)
  })
})

function linkTo(page: string, words: string): string {
  const [, url = ''] = new RegExp(`href="([^"]+)">${words}<`).exec(page) ?? []
  return url.replaceAll('&amp;', '&')
}

/** Sales that have only begun, all of the client `web-shop`. */
async function beginMany(t: TestService, count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    await t.store.sales.begin(a.firstOf(a.saleIdOf(n)), undefined, now)
  }
}

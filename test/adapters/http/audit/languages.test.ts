import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SAMPLE_CONTACT_ID } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { preferredLanguage } from '../../../../src/adapters/http/audit/frame/reader.ts'
import type { SaleId } from '../../../../src/domain/ids.ts'
import { get, post, saleIdOf, untilEvent } from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'
import { addEveryEvent } from '../../../support/log/every-event.ts'
import { basic, reportIn } from './support.ts'

/** Words that no text of the other language has. What the log and the CRM say is marked `lang="en"`. */
const WORDS_OF = {
  en: /(?<!\p{L})(?:the|of|is|are|was|were|and|to|from|not|with|by|at|on|in|for|it|sales?|deals?|quotes?|orders?|contacts?|products?|clients?|keys?|requests?|requested|created|deleted|failed|rolled|rolling|back|stuck|completed|progress|status|step|amount|any|show|clear|older|newest|all|facts|timeline|mails?|events?|copy|print|bundle|verified|checkpoint|position|done|refused|unknown|glossary|times?|read|only|page|filter|before|took|ended|calls?|create|delete)(?!\p{L})/iu,
  tr: /[çğışöüÇĞİŞÖÜ]|(?<!\p{L})(?:ve|bir|bu|ile|olay|kadar|numaral|silindi|sürüyor|adres|durum|tutar|anahtar|istemci|teklif|sonra|göre)(?!\p{L})/iu,
} as const
type Language = keyof typeof WORDS_OF

/** References, names that callers chose, and names of files, headers and scopes. */
const NAMES =
  /[0-9a-f-]{36}(?::\w+)?|web-shop|auditor|audit:read|Idempotency-Key|Message-ID|Sale-Id|Zoho CRM|PLG sales gateway|plg-sales-gateway|[\w-]*\/[\w./-]*|[\w-]+\.(?:jsonl|csv|mjs)|--key KEY|[\w.-]+@[\w.-]+/g

/** Everything on a page that a person reads or hears, but what is marked as of the other language. */
function readOn(page: string, other: Language, data: readonly string[]): string {
  const body = page.slice(page.indexOf('<title>'), page.indexOf('</html>'))
  const own = body
    .replace(/<style>.*?<\/style>/s, ' ')
    .replace(new RegExp(`<(\\w+)[^>]* lang="${other}"[^>]*>.*?</\\1>`, 'gs'), ' ')
  const heard = [
    ...own.matchAll(/(?:aria-label|placeholder|title|data-(?:copied|yours|label))="([^"]*)"/g),
  ]
  const text = [own.replace(/<[^>]*>/g, ' '), ...heard.map(([, value]) => value)].join(' ; ')
  const named = data.reduce((rest, one) => rest.replaceAll(one, ' '), text).replace(NAMES, ' ')
  // A Turkish suffix behind a name, as in CRM’in.
  return named.replace(/’\p{L}+/gu, ' ')
}

function assertNoWord(of: Language, text: string, where: string): void {
  const { 0: word = '', index = 0 } = WORDS_OF[of].exec(text) ?? {}
  const around = text.slice(Math.max(0, index - 60), index + 60).replace(/\s+/g, ' ')
  assert.equal(word, '', `${where}: ${around}`)
}

/** A service with a sale of each kind. */
async function makeStage() {
  const t = await makeTestService({ STUCK_AFTER_MS: '1000' })
  const key = await t.key('auditor', 'audit:read')
  const shop = await t.key('web-shop', 'sales:create')
  const sell = async () => saleIdOf(await post(t, shop))
  const completed = await sell()
  t.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
  const rolledBack = await sell()
  await untilEvent(t, rolledBack, 'SaleRolledBack')
  t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'resetAfter' } })
  t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' }, nth: 2 })
  const lookedFor = await sell()
  await untilEvent(t, lookedFor, 'SaleRolledBack')
  t.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
  t.fake.faults.add({
    operation: 'delete:Quotes',
    kind: { type: 'refuse', code: 'RECORD_LOCKED' },
    times: Number.POSITIVE_INFINITY,
  })
  const stuck = await sell()
  await untilEvent(t, stuck, 'SaleStuck')
  await addEveryEvent(t.store.eventLog, stuck, t.time.clock.now())
  return { t, key, sales: [completed, rolledBack, lookedFor, stuck] as readonly SaleId[] }
}

function openIn(
  t: TestService,
  key: string,
  url: string,
  headers: Readonly<Record<string, string>>,
) {
  const accept = 'text/html,*/*;q=0.8'
  const authorization = basic('auditor', key)
  return t.server.inject({ method: 'GET', url, headers: { accept, authorization, ...headers } })
}

describe("The auditor's pages in two languages", () => {
  it('hold no word of the other language', async () => {
    const { t, key, sales } = await makeStage()
    await using _ = t
    const products = await productNames(t, sales[0])
    const [{ id: keyId = '' } = {}] = await t.store.keys.list()
    const pages: readonly (readonly [string, string])[] = [
      [key, '/audit'],
      [key, '/audit?client=nobody&from=2026-01-01&after=1'],
      [key, '/audit?status=x&failedStep=x&contactId=x&from=x&zone=x&after=x'],
      [key, `/audit?client=${'x'.repeat(201)}&status=stuck&status=stuck`],
      [key, '/audit/period'],
      [key, '/audit/period?from=2026-01-01&to=2027-01-01'],
      [key, '/audit/period?from=2025-01-01&to=2025-02-01'],
      [key, '/audit/period?from=x&to=x&zone=x'],
      [key, '/audit/period?from=2026-01-01&to=2025-01-01'],
      [key, '/audit/period/bundle?from=2020-01-01&to=2020-02-01'],
      [key, '/audit/period/bundle?from=2000-01-01'],
      [key, '/audit/glossary'],
      [key, '/audit/find'],
      [key, '/audit/find?q=4711'],
      [key, `/audit/find?q=${SAMPLE_CONTACT_ID}`],
      [key, '/audit/events'],
      [key, '/audit/events?of=operator&who=root&group=resumes&from=2026-01-01'],
      [key, '/audit/events?of=client&who=none'],
      [key, '/audit/events?group=x&of=x&who=x&from=x&zone=x&after=x&before=x'],
      [key, `/audit/keys/${keyId}`],
      [key, '/audit/keys/none'],
      [key, '/audit/checkpoints'],
      [key, '/audit/checkpoints?to=2026-01-01'],
      [key, '/audit/checkpoints?to=x&after=x'],
      [key, '/audit/nothing'],
      [key, '/audit/sales/x'],
      ['wrong', '/audit'],
      [await t.key('kiosk', 'sales:create'), '/audit'],
      ...sales.map((id) => [key, `/audit/sales/${id}`] as const),
    ]
    for (const [language, other] of [
      ['tr', 'en'],
      ['en', 'tr'],
    ] as const) {
      for (const [opener, url] of pages) {
        const answer = await openIn(t, opener, url, { 'accept-language': language })
        assert.match(answer.body, new RegExp(`^<!doctype html>\n<html lang="${language}">`))
        assert.equal(answer.headers['content-language'], language)
        assert.equal(answer.headers['vary'], 'Accept-Language, Cookie')
        assertNoWord(other, readOn(answer.body, other, products), `${url} in ${language}`)
      }
      for (const id of sales) {
        const url = `/audit/sales/${id}/bundle`
        const bundle = await openIn(t, key, url, { 'accept-language': language })
        const report = reportIn(bundle.body)
        assert.match(report, new RegExp(`<html lang="${language}">`))
        assertNoWord(other, readOn(report, other, products), `${url} in ${language}`)
      }
    }
  })

  it('link every term to its entry in the glossary', async () => {
    const { t, key, sales } = await makeStage()
    await using _ = t
    for (const language of ['tr', 'en']) {
      const headers = { 'accept-language': language }
      const { body: glossary } = await openIn(t, key, '/audit/glossary', headers)
      const anchors = [...glossary.matchAll(/<div id="([a-z-]+)"><dt>/g)].map(([, id]) => id)
      for (const url of [
        '/audit',
        '/audit/events',
        '/audit/checkpoints',
        '/audit/find',
        ...sales.map((id) => `/audit/sales/${id}`),
      ]) {
        const { body } = await openIn(t, key, url, headers)
        const terms = [...body.matchAll(/href="\/audit\/glossary#([a-z-]+)"/g)].map(([, id]) => id)
        assert.ok(terms.length >= 4, `${url} links ${terms.length} terms`)
        assert.deepEqual(
          terms.filter((one) => !anchors.includes(one)),
          [],
        )
      }
    }
  })

  it('keep the answers of programs in English', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    const headers = { 'x-api-key': key, 'accept-language': 'tr' }
    const answer = await t.server.inject({ url: '/audit?contactId=x', headers })
    assert.deepEqual(answer.json(), {
      status: 'error',
      message: 'contactId: must be 1 to 20 digits',
    })
    assert.equal((await get(t, key, '/audit/nothing')).json().message, 'Not found.')
  })
})

async function productNames(
  t: TestService,
  saleId: SaleId | undefined,
): Promise<readonly string[]> {
  const sale = saleId && (await t.store.saleReader.show(saleId, undefined))
  const lines = sale?.events.find(({ type }) => type === 'SalePriced')?.data['lines']
  return (lines as readonly { readonly productName: string }[]).map((line) => line.productName)
}

describe('The language of a page', () => {
  for (const [header, language] of [
    [undefined, 'en'],
    ['', 'en'],
    ['tr', 'tr'],
    ['tr-TR,tr;q=0.9,en-US;q=0.8,en;q=0.7', 'tr'],
    ['en-GB,en;q=0.9,tr;q=0.8', 'en'],
    ['de-DE,de;q=0.9,tr;q=0.5', 'tr'],
    ['de-DE,de;q=0.9', 'en'],
    ['de, *;q=0.5', 'en'],
    ['en;q=0.2, TR ; q=0.3', 'tr'],
    ['en;q=0, tr;q=0.001', 'tr'],
    ['en;q=0, *', 'tr'],
    ['tr;q=zero', 'en'],
    [';;,,=q', 'en'],
  ] as const) {
    it(`is ${language} for Accept-Language ${JSON.stringify(header)}`, () => {
      assert.equal(preferredLanguage(header), language)
    })
  }

  it('is what the reader chose, whatever the browser prefers', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    const chosen = await t.server.inject('/audit/reader?language=tr&to=/audit%3Fstatus%3Dstuck')
    assert.equal(chosen.statusCode, 303)
    assert.equal(chosen.headers.location, '/audit?status=stuck')
    const cookie = String(chosen.headers['set-cookie'])
    assert.equal(cookie, 'audit-language=tr; Path=/audit; Max-Age=31536000; SameSite=Lax; HttpOnly')
    const [pair = ''] = cookie.split(';')
    const page = (headers: Readonly<Record<string, string>>) => openIn(t, key, '/audit', headers)
    const turkish = await page({ 'accept-language': 'en', cookie: `a=b; ${pair}; audit-zone=x` })
    assert.match(turkish.body, /<html lang="tr">/)
    assert.match(turkish.body, />UTC<\/span>/)
    const other = await page({ 'accept-language': 'tr', cookie: 'audit-language=xx' })
    assert.match(other.body, /<html lang="tr">/)
  })

  it('leads back to a page of ours and to no other', async () => {
    await using t = await makeTestService()
    for (const to of [
      '',
      '/',
      '//evil.example',
      '/audit//evil.example/../..',
      '/auditor',
      'https://evil.example/audit',
      '/audit\\evil',
      '/\\evil.example',
      '/audit\r\nX: y',
      '/audit/ü',
    ]) {
      const url = `/audit/reader?language=tr&to=${encodeURIComponent(to)}`
      const { headers } = await t.server.inject(url)
      const expected = to.startsWith('/audit//') ? to : '/audit'
      assert.equal(headers.location, expected, to)
    }
    for (const query of [
      'language=xx',
      'zone=Mars/Olympus',
      'language=tr&language=en',
      'lang=tr',
    ]) {
      assert.equal((await t.server.inject(`/audit/reader?${query}`)).statusCode, 400, query)
    }
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { post, saleIdOf } from '../../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../../support/gateway/test-service.ts'
import { asked, basic, inSession, sessionOf, signIn, textOf } from '../support.ts'

const PUBLIC_URL = 'http://audit.example:8080'
const OTHER = 'https://evil.example'

type Headers = Readonly<Record<string, string>>

const page = (site: string): Headers => ({
  'sec-fetch-site': site,
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
})
const part = (site: string, dest: string, mode = 'no-cors'): Headers => ({
  'sec-fetch-site': site,
  'sec-fetch-mode': mode,
  'sec-fetch-dest': dest,
})

/** What browsers send for a form, whose page it is, and whether it is one of ours. */
const FORMS: readonly (readonly [string, Headers, boolean])[] = [
  ['our page', { ...page('same-origin'), origin: 'http://localhost:80' }, true],
  ['our page, by a browser without Sec-Fetch', { origin: 'http://localhost:80' }, true],
  ['our page behind a proxy', { origin: PUBLIC_URL }, true],
  ['our page behind a proxy that hides the host', { ...page('same-origin'), origin: OTHER }, true],
  ['another site', { ...page('cross-site'), origin: OTHER }, false],
  ['another site, by a browser without Sec-Fetch', { origin: OTHER }, false],
  ['another port', { ...page('same-site'), origin: 'http://localhost:81' }, false],
  ['another port, without Sec-Fetch', { origin: 'http://localhost:81' }, false],
  ['a page that hides itself', { ...page('cross-site'), origin: 'null' }, false],
  ['a page that hides itself, without Sec-Fetch', { origin: 'null' }, false],
  ['no origin', { origin: '' }, false],
]

describe('A form', () => {
  let t: TestService
  let key = ''
  let session = ''
  let saleId = ''
  before(async () => {
    t = await makeTestService({ PUBLIC_URL, AUTH_FAILURES_PER_MINUTE: '1' })
    key = await t.key('auditor', 'audit:read')
    session = sessionOf(await signIn(t, key))
    saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
  })
  after(() => t[Symbol.asyncDispose]())

  const events = async () => (await t.store.saleReader.events(0, 1_000)).map(({ type }) => type)
  const counted = async () => {
    await t.time.pass(60_000)
    return events()
  }

  for (const [whose, headers, isOurs] of FORMS) {
    it(`of ${whose} ${isOurs ? 'takes a bundle along' : 'does nothing, and writes no event'}`, async () => {
      const url = `/audit/sales/${saleId}/bundle`
      const earlier = await events()
      const credentials = [
        { cookie: session },
        { authorization: basic('auditor', key) },
        { authorization: basic('auditor', 'wrong') },
        {},
      ]
      const statuses = []
      for (const one of credentials) {
        statuses.push((await asked(t, 'POST', url, { ...headers, ...one })).statusCode)
      }
      const later = (await counted()).slice(earlier.length)
      if (isOurs) {
        assert.deepEqual(statuses, [200, 200, 401, 401])
        assert.equal(later.filter((type) => type === 'AuditExported').length, 2)
      } else {
        assert.deepEqual(statuses, [403, 403, 403, 403])
        assert.deepEqual(later, [])
      }
    })

    it(`of ${whose} ${isOurs ? 'signs in and out' : 'signs nobody in or out'}`, async () => {
      const earlier = await events()
      const status = async (url: string, body: Headers) =>
        (await asked(t, 'POST', url, { ...headers, cookie: session }, body)).statusCode
      const statuses = [
        await status('/audit/sign-in', { key }),
        await status('/audit/sign-in', { key: 'wrong' }),
        await status('/audit/sign-out', {}),
      ]
      assert.deepEqual(statuses, isOurs ? [303, 401, 200] : [403, 403, 403])
      const later = (await counted()).slice(earlier.length)
      assert.deepEqual(later, isOurs ? ['SignInsFailed'] : [])
    })
  }

  it('whose browser says nothing of it needs a key of its own, and none signs in so', async () => {
    const url = `/audit/sales/${saleId}/bundle`
    const status = async (headers: Headers) => (await asked(t, 'POST', url, headers)).statusCode
    assert.equal(await status({ cookie: session }), 401)
    assert.equal(await status({ authorization: basic('auditor', key) }), 200)
    assert.equal(await status({ 'x-api-key': key }), 200)
    assert.equal((await asked(t, 'POST', '/audit/sign-in', {}, { key })).statusCode, 403)
    assert.equal((await asked(t, 'POST', '/audit/sign-out', {})).statusCode, 403)
  })

  it('of another site is told so by a page', async () => {
    const headers = { ...page('cross-site'), origin: OTHER, cookie: session }
    const { body } = await asked(t, 'POST', '/audit/sales.csv', headers)
    assert.match(textOf(body), /Asked by another site/)
  })

  it('whose session is over leads to the sign-in, and back to the page with its button', async () => {
    const referer = `http://localhost:80/audit/sales/${saleId}`
    const headers = { ...page('same-origin'), referer, cookie: 'audit-session=x' }
    const answer = await asked(t, 'POST', `/audit/sales/${saleId}/bundle`, headers)
    assert.equal(answer.statusCode, 401)
    const to = encodeURIComponent(`/audit/sales/${saleId}`)
    assert.equal(answer.headers['refresh'], `0; url=/audit/sign-in?to=${to}`)
  })
})

/** What browsers send that are made to ask for an address, and what becomes of it. */
const ASKED: readonly (readonly [string, Headers, 'page' | 'nothing'])[] = [
  ['a link in a mail program', page('none'), 'page'],
  ['a link of another site', page('cross-site'), 'page'],
  ['a link of another port', page('same-site'), 'page'],
  ['a link of ours', page('same-origin'), 'page'],
  ['our script', part('same-origin', 'empty', 'cors'), 'page'],
  ['an image of another site', part('cross-site', 'image'), 'nothing'],
  ['an image of another port', part('same-site', 'image'), 'nothing'],
  ['a frame of another site', part('cross-site', 'iframe', 'navigate'), 'nothing'],
  ['a frame of another port', part('same-site', 'iframe', 'navigate'), 'nothing'],
  ['an object of another port', part('same-site', 'object', 'navigate'), 'nothing'],
  ['a script of another port', part('same-site', 'script'), 'nothing'],
  ['fetch of another port', part('same-site', 'empty', 'cors'), 'nothing'],
  ['fetch of another port, without Sec-Fetch', { origin: 'http://localhost:81' }, 'nothing'],
]

describe('A browser that is made to ask', () => {
  for (const [by, headers, expected] of ASKED) {
    const outcome = expected === 'page' ? 'shows a page, which is a look' : 'gets nothing'
    it(`by ${by} ${outcome}, and takes nothing along`, async () => {
      await using t = await makeTestService()
      const key = await t.key('auditor', 'audit:read')
      const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
      const session = sessionOf(await signIn(t, key))
      const earlier = (await t.store.saleReader.events(0, 1_000)).length
      const later = async () => {
        const events = await t.store.saleReader.events(earlier, 1_000)
        return events.map(({ type }) => type)
      }
      const withCookie = { ...headers, cookie: session }
      const files = ['/bundle', '.json', '.csv'].map((end) => `/audit/sales/${saleId}${end}`)
      for (const url of [...files, '/audit/sales.csv']) {
        const answer = await asked(t, 'GET', url, withCookie)
        const isOurs = /none|same-origin/.test(headers['sec-fetch-site'] ?? '')
        assert.equal(answer.statusCode, isOurs ? 405 : 403, url)
        if (isOurs) assert.equal(answer.headers['allow'], 'POST')
      }
      assert.ok(!(await later()).includes('AuditExported'))
      for (const credentials of [{ cookie: session }, { authorization: basic('a', key) }]) {
        const answer = await asked(t, 'GET', '/audit', { ...headers, ...credentials })
        assert.equal(answer.statusCode, expected === 'page' ? 200 : 403)
      }
      assert.deepEqual(await later(), expected === 'page' ? ['AuditorLooked'] : [])
    })
  }

  it('by a link to a file is told to press its button, and a program with a key gets the file', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    const session = sessionOf(await signIn(t, key))
    const answer = await inSession(t, session, '/audit/sales.csv')
    assert.match(textOf(answer.body), /By its button only/)
    for (const headers of [{ authorization: basic('a', key) }, { 'x-api-key': key }]) {
      const { statusCode } = await t.server.inject({ url: '/audit/sales.csv', headers })
      assert.equal(statusCode, 200)
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EpochMs } from '../../../../../src/domain/time.ts'
import { operator } from '../../../../support/examples/store-examples.ts'
import { makeTestService, type TestService } from '../../../../support/gateway/test-service.ts'
import { asked, basic, form, inSession, sessionOf, signIn, textOf } from '../support.ts'

const HOUR_MS = 3_600_000

async function eventsOf(t: TestService, type: string) {
  const events = await t.store.saleReader.events(0, 1_000)
  return events.flatMap((event) => (event.type === type && 'data' in event ? [event.data] : []))
}

async function makeAuditor(t: TestService, lifetimeMs: number | null = null) {
  const createdAt = t.time.clock.now()
  const expiresAt = lifetimeMs === null ? null : ((createdAt + lifetimeMs) as EpochMs)
  const made = { client: 'auditor', scopes: ['audit:read'], createdAt, expiresAt } as const
  const { id, key } = await t.store.keys.create(made, operator)
  return { id, key, session: sessionOf(await signIn(t, key)) }
}

describe('A session', () => {
  it('begins with a key in a form, and opens the pages without it', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    const answer = await signIn(t, key)
    assert.equal(answer.statusCode, 303)
    assert.equal(answer.headers['location'], '/audit')
    const cookie = String(answer.headers['set-cookie'])
    assert.match(
      cookie,
      /^audit-session=[0-9a-f]{8}\.\d+\.[\w-]{43}; Path=\/audit; Max-Age=3600; HttpOnly; SameSite=Strict$/,
    )
    const page = await inSession(t, sessionOf(answer), '/audit')
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /title="Signed in with key [0-9a-f]{8} of auditor"/)
    assert.equal((await eventsOf(t, 'AuditorLooked')).length, 1)
  })

  it('has the key in no answer, no log line and no event', async () => {
    await using t = await makeTestService({ AUTH_FAILURES_PER_MINUTE: '1' })
    const key = await t.key('auditor', 'audit:read')
    const shop = await t.key('web-shop', 'sales:create')
    const wrong = `${key}x`
    const keys = [key, shop, wrong, wrong]
    const answers = await Promise.all(keys.map((one) => signIn(t, one)))
    await t.time.pass(60_000)
    const events = await t.store.saleReader.events(0, 1_000)
    const said = answers.map(({ body, headers }) => body + JSON.stringify(headers))
    for (const one of keys) {
      const found = [...said, ...t.logLines, JSON.stringify(events)].filter((x) => x.includes(one))
      assert.deepEqual(found, [])
    }
  })

  it('lasts an hour, however much it is used, and whatever the wall clock says', async () => {
    await using t = await makeTestService()
    const { session } = await makeAuditor(t)
    await t.time.pass(HOUR_MS / 2)
    assert.equal((await inSession(t, session, '/audit')).statusCode, 200)
    await t.time.pass(HOUR_MS / 2 - 1)
    assert.equal((await inSession(t, session, '/audit')).statusCode, 200)
    await t.time.pass(1)
    assert.equal((await inSession(t, session, '/audit')).statusCode, 401)
    await t.time.pass(60_000)
    assert.deepEqual(await eventsOf(t, 'SignInsFailed'), [])
  })

  it('ends with its key, which is counted where somebody goes on with it', async () => {
    await using t = await makeTestService()
    const { id, session } = await makeAuditor(t)
    assert.equal((await inSession(t, session, '/audit')).statusCode, 200)
    await t.store.keys.revoke(id, t.time.clock.now(), operator)
    assert.equal((await inSession(t, session, '/audit')).statusCode, 401)
    const short = await makeAuditor(t, 1_000)
    await t.time.pass(999)
    assert.equal((await inSession(t, short.session, '/audit')).statusCode, 200)
    await t.time.pass(1)
    assert.equal((await inSession(t, short.session, '/audit')).statusCode, 401)
    await t.time.pass(60_000)
    const [failed] = await eventsOf(t, 'SignInsFailed')
    assert.deepEqual(failed?.['reasons'], { missing: 0, unknown: 0, expired: 1, revoked: 1 })
  })

  it('is of one process: the next one knows none', async () => {
    await using t = await makeTestService()
    const { session } = await makeAuditor(t)
    await using other = await makeTestService({}, { store: t.store, time: t.time })
    assert.equal((await inSession(t, session, '/audit')).statusCode, 200)
    assert.equal((await inSession(other, session, '/audit')).statusCode, 401)
  })

  it('cannot be made from another one, or from nothing', async () => {
    await using t = await makeTestService()
    const { session } = await makeAuditor(t)
    const { id: other } = await makeAuditor(t)
    const [name = '', value = ''] = session.split('=')
    const [id = '', end = '', seal = ''] = value.split('.')
    const forged = [
      '',
      '..',
      `${id}.${end}.`,
      `${id}.${end}`,
      `${other}.${end}.${seal}`,
      `${id}.${Number(end) + 1}.${seal}`,
      `${id}.0${end}.${seal}`,
      `.${end}.${seal}`,
      `${value}x`,
      `${value}.${seal}`,
      ...[...seal].map((sign, i) => {
        const bit = sign === 'A' ? 'Q' : 'A'
        return `${id}.${end}.${seal.slice(0, i)}${bit}${seal.slice(i + 1)}`
      }),
    ]
    for (const text of forged) {
      const answer = await inSession(t, `${name}=${text}`, '/audit')
      assert.equal(answer.statusCode, 401, text)
    }
    assert.equal((await inSession(t, `a=b; ${session}`, '/audit')).statusCode, 200)
  })

  it('opens nothing but the pages', async () => {
    await using t = await makeTestService()
    const key = await t.key('boss', 'admin')
    const session = sessionOf(await signIn(t, key))
    for (const url of ['/sales', '/log', '/log/checkpoint', '/getContact?email=a@example.com']) {
      assert.equal((await inSession(t, session, url)).statusCode, 401, url)
    }
  })

  for (const [how, settings, headers, secure] of [
    ['by http', {}, {}, false],
    ['by http, behind nobody who is trusted', {}, { 'x-forwarded-proto': 'https' }, false],
    ['by https', { TRUSTED_PROXIES: '127.0.0.1' }, { 'x-forwarded-proto': 'https' }, true],
    ['where the public address has https', { PUBLIC_URL: 'https://gw.test' }, {}, true],
    ['where the public address has http', { PUBLIC_URL: 'http://gw.test' }, {}, false],
  ] as const) {
    it(`is ${secure ? 'kept from' : 'sent by'} plain http when it begins ${how}`, async () => {
      await using t = await makeTestService(settings)
      const key = await t.key('auditor', 'audit:read')
      const answer = await signIn(t, key, '/audit', headers)
      const cookie = String(answer.headers['set-cookie'])
      assert.equal(cookie.startsWith('__Secure-audit-session='), secure)
      assert.equal(cookie.endsWith('; Secure'), secure)
      const asks = { ...headers, cookie: sessionOf(answer) }
      assert.equal((await asked(t, 'GET', '/audit', asks)).statusCode, 200)
    })
  }

  it('is ended by a button, in the browser that has it', async () => {
    await using t = await makeTestService()
    const { session } = await makeAuditor(t)
    const { body } = await inSession(t, session, '/audit')
    assert.match(body, /<form class="sign-out" method="post" action="\/audit\/sign-out">/)
    const headers = { cookie: session, 'sec-fetch-site': 'same-origin' }
    const out = await asked(t, 'POST', '/audit/sign-out', headers)
    assert.equal(out.statusCode, 200)
    assert.match(
      String(out.headers['set-cookie']),
      /^audit-session=; Path=\/audit; Max-Age=0; HttpOnly; SameSite=Strict$/,
    )
    assert.match(textOf(out.body), /You are signed out\./)
    assert.doesNotMatch(textOf(out.body), /HTTP Basic/)
    const authorization = basic('a', 'b')
    const withKey = await asked(t, 'POST', '/audit/sign-out', { ...headers, authorization })
    assert.match(textOf(withKey.body), /HTTP Basic.* only by closing it/)
  })
})

describe('The page to sign in', () => {
  it('is where a page without a session leads to, and leads back to that page', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    const first = await asked(t, 'GET', '/audit?status=stuck&client=a%20b', {})
    assert.equal(first.statusCode, 401)
    assert.match(String(first.headers['www-authenticate']), /^ApiKey /)
    const to = '/audit/sign-in?to=%2Faudit%3Fstatus%3Dstuck%26client%3Da%2520b'
    assert.equal(first.headers['refresh'], `0; url=${to}`)
    const page = await asked(t, 'GET', to, {})
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /<input type="password" id="key" name="key" required/)
    assert.match(page.body, /name="to" value="\/audit\?status=stuck&amp;client=a%20b"/)
    const back = await signIn(t, key, '/audit?status=stuck&client=a%20b')
    assert.equal(back.headers['location'], '/audit?status=stuck&client=a%20b')
    const again = await inSession(t, sessionOf(back), to)
    assert.deepEqual(
      [again.statusCode, again.headers['location']],
      [303, '/audit?status=stuck&client=a%20b'],
    )
  })

  it('leads back to a page of ours, and to no other place', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    for (const to of [
      '',
      '/',
      '/sales',
      '//evil.example/audit',
      '/\\evil.example',
      'https://evil.example/audit',
      'javascript:alert(1)',
      '/auditor',
      '/audit/../sales',
      '/audit/%2e%2e/sales',
      '/audit/x\r\nset-cookie: a=b',
    ]) {
      assert.equal((await signIn(t, key, to)).headers['location'], '/audit', to)
      const { body } = await asked(t, 'GET', `/audit/sign-in?to=${encodeURIComponent(to)}`, {})
      assert.match(body, /name="to" value="\/audit"/, to)
    }
  })

  it('says that a key opens nothing, and lets try again', async () => {
    await using t = await makeTestService()
    for (const key of ['wrong', '', 'plg_<b>']) {
      const answer = await signIn(t, key, '/audit/glossary')
      assert.equal(answer.statusCode, 401)
      assert.equal(answer.headers['set-cookie'], undefined)
      assert.match(String(answer.headers['www-authenticate']), /^ApiKey /)
      assert.match(textOf(answer.body), /This key opens nothing/)
      assert.match(answer.body, /name="to" value="\/audit\/glossary"/)
    }
    const bare = { 'sec-fetch-site': 'same-origin' }
    assert.equal((await asked(t, 'POST', '/audit/sign-in', bare)).statusCode, 401)
  })

  it('counts wrong keys as the API does, and makes their address wait', async () => {
    await using t = await makeTestService({ AUTH_FAILURES_PER_MINUTE: '2' })
    const wrong = `plg_${'A'.repeat(43)}`
    const statuses = []
    for (let i = 0; i < 3; i += 1) statuses.push((await signIn(t, wrong)).statusCode)
    assert.deepEqual(statuses, [401, 401, 429])
    const refused = await signIn(t, wrong)
    assert.equal(refused.headers['retry-after'], '60')
    assert.match(textOf(refused.body), /Too many requests .* Wait a minute, then sign in again\./)
    const key = await t.key('auditor', 'audit:read')
    assert.equal((await signIn(t, key)).statusCode, 303)
    await t.time.pass(60_000)
    const [failed] = await eventsOf(t, 'SignInsFailed')
    assert.equal(failed?.['count'], 4)
  })

  it('says whose key it is that lacks the scope, what it has, and takes another one', async () => {
    await using t = await makeTestService()
    const key = await t.key('web-shop', 'sales:create', 'sales:read')
    const [{ id } = { id: '' }] = await t.store.keys.list()
    for (const answer of [
      await signIn(t, key, '/audit/glossary'),
      await asked(t, 'GET', '/audit/glossary', { authorization: basic('a', key) }),
    ]) {
      assert.equal(answer.statusCode, 403)
      assert.equal(answer.headers['set-cookie'], undefined)
      const text = textOf(answer.body)
      assert.ok(text.includes(`Key ${id} belongs to web-shop.`), text)
      assert.match(text, /need the scope audit:read\. It has: sales:create, sales:read/)
      assert.match(
        answer.body,
        /<a href="\/audit\/sign-in\?to=%2Faudit%2Fglossary">Sign in with another key<\/a>/,
      )
    }
    assert.deepEqual(await eventsOf(t, 'AuditorLooked'), [])
  })

  it('takes the bodies of forms only up to 16 KiB', async () => {
    await using t = await makeTestService()
    const answer = await form(t, '/audit/sign-in', { key: 'k'.repeat(17_000) })
    assert.equal(answer.statusCode, 413)
  })
})

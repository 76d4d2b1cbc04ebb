// A token that cannot be had, or that Zoho does not let in yet, and the sales that need one.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type FakeZoho, makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { errorMessage, FAILED, post, SALE, SUCCESS } from '../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'
import { makeVirtualTestTime } from '../../support/time/test-time.ts'

/** The times of a service in production. */
const SETTINGS = {
  ZOHO_REQUEST_TIMEOUT_MS: '15000',
  SALE_DEADLINE_MS: '30000',
  ZOHO_SETTLE_MS: '1000',
}

/** A new sale is answered 200 so soon after the trouble with the token is over, in milliseconds. */
const BACK_WITHIN_MS = 6_000

type Away =
  | 'refuses connections'
  | 'answers 503'
  | 'answers 200 {}'
  | 'cuts connections'
  | 'does not answer'

/** A service over a Zoho whose token host a test takes away, and whose tokens it ends. */
async function setUp() {
  const time = makeVirtualTestTime()
  const fake = makeFakeZoho({ ...time.clock, referenceField: 'Gateway_Reference', latencyMs: 5 })
  const host: { away: Away | undefined } = { away: undefined }
  const reached: FakeZoho = {
    ...fake,
    fetch: async (request) => {
      if (!request.url.endsWith('/oauth/v2/token')) return fake.fetch(request)
      switch (host.away) {
        case undefined:
          return fake.fetch(request)
        case 'refuses connections':
          throw networkError('ECONNREFUSED', 'connect')
        case 'cuts connections':
          throw networkError('ECONNRESET', 'read')
        case 'does not answer':
          return never(request.signal)
        case 'answers 503':
          return new Response('<html>', { status: 503 })
        case 'answers 200 {}':
          return new Response('{}', { status: 200 })
      }
    },
  }
  const t = await makeTestService({ ...SETTINGS, CRM: 'fake' }, { fake: reached, time })
  const key = await t.key('shop', 'sales:create')
  return { t, key, host, fake }
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

function networkError(code: string, syscall: string): Error {
  const cause = Object.assign(new Error(`${syscall} ${code}`), { code, syscall })
  return new TypeError('fetch failed', { cause })
}

/** Posts a sale each second until one is answered 200, and returns after how many milliseconds. */
async function untilSold(t: TestService, key: string): Promise<number> {
  const begin = t.time.clock.now()
  for (let tries = 0; tries < 60; tries += 1) {
    const answer = await post(t, key)
    if (answer.statusCode === 200) return t.time.clock.now() - begin
    assert.equal(answer.statusCode, 503)
    await t.time.pass(1_000)
  }
  throw new Error('no sale was answered 200 within a minute')
}

/** Posts a sale, and lets no time pass for it. */
function ask(t: TestService, key: string) {
  const headers = { 'x-api-key': key }
  return t.server.inject({ method: 'POST', url: '/createSales', headers, payload: SALE })
}

async function readyz(t: TestService) {
  return t.time.during(t.server.inject({ method: 'GET', url: '/readyz' }))
}

describe('A token host that is away when a token is due', () => {
  const AWAYS: readonly (readonly [Away, number])[] = [
    ['refuses connections', 3],
    ['refuses connections', 20],
    ['refuses connections', 120],
    ['answers 503', 3],
    ['answers 503', 20],
    ['answers 503', 120],
    ['answers 200 {}', 3],
    ['cuts connections', 3],
    ['does not answer', 3],
    ['does not answer', 20],
  ]
  for (const [away, seconds] of AWAYS) {
    it(`holds no sale up longer than itself: ${away} for ${seconds} s`, async () => {
      const { t, key, host, fake } = await setUp()
      await using _ = t
      assert.equal((await post(t, key)).body, SUCCESS)
      host.away = away
      fake.expireTokens()
      // The first of them finds it out; they wait, and have their deadline.
      const first: Promise<{ readonly body: string }>[] = []
      for (let sales = 0; sales < 15; sales += 1) {
        first.push(ask(t, key))
        await t.time.pass(100)
      }
      await t.time.pass(seconds * 1_000 - 1_500)
      host.away = undefined
      const tookMs = await untilSold(t, key)
      assert.ok(tookMs <= BACK_WITHIN_MS, `back after ${tookMs} ms`)
      const answers = (await t.time.during(Promise.all(first))).map(({ body }) => body)
      assert.deepEqual(new Set(answers), new Set([seconds < 30 ? SUCCESS : FAILED]))
      assert.equal((await readyz(t)).statusCode, 200)
    })
  }

  it('turns new sales away, and /readyz and the log say why', async () => {
    const { t, key, host, fake } = await setUp()
    await using _ = t
    assert.equal((await post(t, key)).body, SUCCESS)
    host.away = 'refuses connections'
    fake.expireTokens()
    const first = ask(t, key)
    await t.time.pass(6_000)
    for (let sales = 0; sales < 15; sales += 1) {
      const answer = await post(t, key)
      assert.equal(answer.statusCode, 503)
      const retryAfterS = Number(answer.headers['retry-after'])
      assert.ok(retryAfterS >= 1 && retryAfterS <= 5, `${retryAfterS}`)
      await t.time.pass(5_000)
    }
    const ready = await readyz(t)
    assert.equal(ready.statusCode, 503)
    assert.match(
      errorMessage(ready),
      /^Zoho accounts is not reached since 2026-11-24T10:00:0\S+Z \(ECONNREFUSED\)$/,
    )
    assert.ok(t.logLines.some((line) => line.includes('the CRM lets no call in')))
    assert.equal((await t.time.during(first)).body, FAILED)
    assert.equal(t.mails.length, 1, 'only the sale that found it out failed')
    assert.match(t.mails[0]?.text ?? '', /no token: Zoho accounts is not reached since /)
  })

  it('is not noticed by sales while the token before lasts', async () => {
    const { t, key, host } = await setUp()
    await using _ = t
    assert.equal((await post(t, key)).body, SUCCESS)
    await t.time.pass(3_545_000)
    host.away = 'refuses connections'
    for (let seconds = 0; seconds < 40; seconds += 10) {
      assert.equal((await post(t, key)).body, SUCCESS)
      await t.time.pass(10_000)
    }
    assert.equal((await readyz(t)).statusCode, 200)
  })
})

describe('A token that Zoho refuses when it has just given it', () => {
  for (const lagMs of [100, 200, 1_000, 3_000, 5_000]) {
    it(`is let in ${lagMs} ms later, and the sale is answered soon after`, async () => {
      const { t, key, fake } = await setUp()
      await using _ = t
      fake.settings.change({ tokenLagMs: lagMs })
      const begin = t.time.clock.now()
      assert.equal((await post(t, key)).body, SUCCESS)
      const tookMs = t.time.clock.now() - begin
      assert.ok(tookMs <= lagMs + BACK_WITHIN_MS, `${tookMs} ms`)
      // The next hour begins with the same lag.
      await t.time.pass(3_600_000)
      assert.equal((await post(t, key)).body, SUCCESS)
      const grants = fake.journal.filter(({ operation }) => operation === 'token')
      assert.equal(grants.length, 2)
      assert.deepEqual(t.mails, [])
    })
  }

  it('once is tried again, and not renewed', async () => {
    const { t, key, fake } = await setUp()
    await using _ = t
    fake.settings.change({ tokenLagCalls: 1 })
    assert.equal((await post(t, key)).body, SUCCESS)
    assert.equal(fake.journal.filter(({ operation }) => operation === 'token').length, 1)
  })

  it('for ever belongs to another data centre: the failure, /readyz, the log and a mail say so', async () => {
    const { t, key, fake } = await setUp()
    await using _ = t
    fake.settings.change({ otherDataCentre: 'https://www.zohoapis.eu' })
    const words =
      'Zoho refuses a token that it has just given; it belongs to another data centre (zohoapis.eu)'
    assert.equal((await post(t, key)).body, FAILED)
    const { sales } = await t.store.saleReader.list({ limit: 9 })
    assert.ok(sales[0]?.failure?.message.endsWith(words), sales[0]?.failure?.message)
    const ready = await readyz(t)
    assert.equal(errorMessage(ready), words)
    assert.equal((await post(t, key)).statusCode, 503)
    assert.ok(t.logLines.some((line) => line.includes(words)))
    await t.time.pass(120_000)
    await t.time.until('a mail about the account', () =>
      t.mails.some(({ text }) => text.includes(words) && text.includes('cannot use the CRM')),
    )
    fake.settings.change({ otherDataCentre: null })
    await t.time.pass(120_000)
    assert.equal((await post(t, key)).body, SUCCESS)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeFakeZoho } from '../../../../src/adapters/fake-zoho/fake-zoho.ts'
import { at, GRANT, makeManualClock, ORIGIN, openSession, replyOf, takeToken } from '../support.ts'

const TOKEN_URL = `${ORIGIN}/oauth/v2/token`
const ONE = '/crm/v8/Contacts/550428000008877665'

function open(options: { readonly apiDomain?: string; readonly strict?: true } = {}) {
  const clock = makeManualClock()
  const fake = makeFakeZoho({
    now: clock.now,
    sleep: clock.sleep,
    referenceField: 'Gateway_Reference',
    latencyMs: 0,
    apiDomain: options.apiDomain,
    credentials:
      options.strict === true
        ? { clientId: 'client', clientSecret: 'secret', refreshToken: 'refresh' }
        : undefined,
  })
  const ask = async (init: RequestInit, query = '') =>
    replyOf(await fake.fetch(new Request(TOKEN_URL + query, { method: 'POST', ...init })))
  const read = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    return replyOf(await fake.fetch(new Request(ORIGIN + ONE, { headers })))
  }
  return { clock, fake, ask, read }
}

describe('The token endpoint', () => {
  const form = new FormData()
  for (const [name, value] of Object.entries(GRANT)) form.set(name, value)
  const query = `?${new URLSearchParams(GRANT)}`
  const ways: readonly (readonly [string, RequestInit, string])[] = [
    ['the query string', {}, query],
    ['a query string that ends in an ampersand', {}, `${query}&`],
    ['a form', { body: new URLSearchParams(GRANT) }, ''],
    ['a multipart form', { body: form }, ''],
  ]
  for (const [name, init, search] of ways) {
    it(`takes its parameters from ${name}`, async () => {
      const { status, body } = await open({ strict: true }).ask(init, search)
      assert.equal(status, 200)
      assert.match(String(at(body, 'access_token')), /^1000\.[0-9a-f]{32}\.[0-9a-f]{32}$/)
      assert.equal(at(body, 'expires_in'), 3600)
      assert.equal(at(body, 'token_type'), 'Bearer')
      assert.equal(at(body, 'api_domain'), ORIGIN)
      assert.match(String(at(body, 'scope')), /ZohoCRM\.coql\.READ/)
    })
  }

  it('names the API domain that it is given', async () => {
    const { ask } = open({ apiDomain: 'https://www.example.com' })
    const { body } = await ask({ body: new URLSearchParams(GRANT) })
    assert.equal(at(body, 'api_domain'), 'https://www.example.com')
  })

  it('never issues a token twice', async () => {
    const { fake } = open()
    assert.notEqual(await takeToken(fake), await takeToken(fake))
  })

  const refusals: readonly (readonly [string, Record<string, string>, string])[] = [
    ['client id', { client_id: 'other' }, 'invalid_client'],
    ['client secret', { client_secret: 'other' }, 'invalid_client'],
    ['refresh token', { refresh_token: 'other' }, 'invalid_code'],
    ['grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
  ]
  for (const [name, wrong, error] of refusals) {
    it(`answers 200 with ${error} for a wrong ${name}`, async () => {
      const answer = await open({ strict: true }).ask({
        body: new URLSearchParams({ ...GRANT, ...wrong }),
      })
      assert.deepEqual(answer, { status: 200, body: { error } })
    })
  }

  it('accepts any credentials when it is given none, but not empty ones', async () => {
    const { ask } = open()
    const some = await ask({ body: new URLSearchParams({ ...GRANT, client_id: 'x' }) })
    assert.equal(typeof at(some.body, 'access_token'), 'string')
    const none = await ask({ body: new URLSearchParams({ ...GRANT, client_id: '' }) })
    assert.deepEqual(none.body, { error: 'invalid_client' })
  })

  it('finds no parameters in a broken multipart form', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const { body } = await open().ask({ body: 'not a form', headers })
    assert.deepEqual(body, { error: 'unsupported_grant_type' })
  })

  it('refuses another method than POST', async () => {
    const { fake } = open()
    const { status, body } = await replyOf(await fake.fetch(new Request(TOKEN_URL)))
    assert.equal(status, 400)
    assert.equal(at(body, 'code'), 'INVALID_REQUEST_METHOD')
  })
})

describe('A call of the API', () => {
  it('is refused without a token, and with another scheme', async () => {
    const { read } = open()
    for (const authorization of [undefined, 'Bearer 1000.x']) {
      assert.deepEqual(await read(authorization), {
        status: 401,
        body: {
          code: 'AUTHENTICATION_FAILURE',
          details: {},
          message: 'Authentication failed',
          status: 'error',
        },
      })
    }
  })

  it('is refused with a token that was not issued', async () => {
    assert.deepEqual(await open().read('Zoho-oauthtoken 1000.x'), {
      status: 401,
      body: { code: 'INVALID_TOKEN', details: {}, message: 'invalid oauth token', status: 'error' },
    })
  })

  it('is accepted for an hour from the issue of its token, and no longer', async () => {
    const { clock, fake, read } = open()
    const authorization = `Zoho-oauthtoken ${await takeToken(fake)}`
    await clock.advance(3_599_999)
    assert.equal((await read(authorization)).status, 200)
    await clock.advance(1)
    assert.equal((await read(authorization)).status, 401)
  })

  it('is refused after all tokens were expired, until a new one is taken', async () => {
    const session = await openSession()
    assert.equal((await session.call('GET', ONE)).status, 200)
    session.fake.expireTokens()
    const { status, body } = await session.call('GET', ONE)
    assert.equal(status, 401)
    assert.equal(at(body, 'code'), 'INVALID_TOKEN')
  })

  it('is refused with the oldest token once sixteen were issued', async () => {
    const { fake, read } = open()
    const tokens: string[] = []
    for (let issued = 0; issued < 16; issued += 1) tokens.push(await takeToken(fake))
    assert.equal((await read(`Zoho-oauthtoken ${tokens[0]}`)).status, 401)
    assert.equal((await read(`Zoho-oauthtoken ${tokens[1]}`)).status, 200)
  })

  it('is refused with a new token for as long as it lags, under the code of the setting', async () => {
    const { fake, read, clock } = open()
    fake.settings.change({ tokenLagMs: 100, deadTokenCode: 'INVALID_OAUTHTOKEN' })
    const authorization = `Zoho-oauthtoken ${await takeToken(fake)}`
    const { status, body } = await read(authorization)
    assert.deepEqual([status, at(body, 'code')], [401, 'INVALID_OAUTHTOKEN'])
    await clock.advance(100)
    assert.equal((await read(authorization)).status, 200)
  })

  it('is refused with a new token for its first calls by tokenLagCalls', async () => {
    const { fake, read } = open()
    fake.settings.change({ tokenLagCalls: 2 })
    const authorization = `Zoho-oauthtoken ${await takeToken(fake)}`
    const statuses: number[] = []
    while (statuses.length < 4) statuses.push((await read(authorization)).status)
    assert.deepEqual(statuses, [401, 401, 200, 200])
  })

  it('is refused with every token of another data centre', async () => {
    const { fake, read, ask } = open()
    fake.settings.change({ otherDataCentre: 'https://www.zohoapis.eu' })
    const { body } = await ask({ body: new URLSearchParams(GRANT) })
    assert.equal(at(body, 'api_domain'), 'https://www.zohoapis.eu')
    assert.equal((await read(`Zoho-oauthtoken ${at(body, 'access_token')}`)).status, 401)
  })
})

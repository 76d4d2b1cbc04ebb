import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeFakeZoho } from '../../../../src/adapters/fake-zoho/fake-zoho.ts'
import { at, makeManualClock, ORIGIN, REFERENCE_FIELD, replyOf } from '../support.ts'

const CLIENT = { client_id: 'client', client_secret: 'secret' }

function open() {
  const clock = makeManualClock()
  const fake = makeFakeZoho({
    now: clock.now,
    sleep: clock.sleep,
    referenceField: REFERENCE_FIELD,
    latencyMs: 0,
    credentials: { clientId: 'client', clientSecret: 'secret', refreshToken: 'refresh' },
  })
  const ask = async (given: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ ...CLIENT, ...given })
    const request = new Request(`${ORIGIN}/oauth/v2/token`, { method: 'POST', body })
    return replyOf(await fake.fetch(request))
  }
  const exchange = (code: string, more: Readonly<Record<string, string>> = {}) =>
    ask({ grant_type: 'authorization_code', code, ...more })
  const refresh = (token: string) => ask({ grant_type: 'refresh_token', refresh_token: token })
  return { clock, fake, exchange, refresh }
}

const REFUSED = { status: 200, body: { error: 'invalid_code' } }

describe('A grant code', () => {
  it('is exchanged once, for an access token and a refresh token that is good', async () => {
    const { fake, exchange, refresh } = open()
    const code = fake.makeGrantCode({})
    const { status, body } = await exchange(code)
    assert.equal(status, 200)
    assert.equal(at(body, 'api_domain'), ORIGIN)
    assert.equal(at(body, 'expires_in'), 3600)
    const refreshed = await refresh(String(at(body, 'refresh_token')))
    assert.equal(typeof at(refreshed.body, 'access_token'), 'string')
    assert.equal(at(refreshed.body, 'refresh_token'), null)
    assert.deepEqual(await exchange(code), REFUSED)
  })

  it('lives for three minutes by default', async () => {
    const { clock, fake, exchange } = open()
    const [one, another] = [fake.makeGrantCode({}), fake.makeGrantCode({ lifeMs: 600_000 })]
    await clock.advance(180_000)
    assert.deepEqual(await exchange(one), REFUSED)
    assert.equal(typeof at((await exchange(another)).body, 'refresh_token'), 'string')
  })

  it('gives its tokens the scopes that it was made with, and no others', async () => {
    const { fake, exchange } = open()
    const scopes = ['ZohoCRM.modules.deals.READ', 'ZohoCRM.org.READ']
    const { body } = await exchange(fake.makeGrantCode({ scopes }))
    assert.equal(at(body, 'scope'), 'ZohoCRM.modules.deals.READ ZohoCRM.org.READ')
    const headers = { authorization: `Zoho-oauthtoken ${at(body, 'access_token')}` }
    const read = async (path: string) =>
      (await fake.fetch(new Request(`${ORIGIN}/crm/v8/${path}`, { headers }))).status
    assert.deepEqual([await read('org'), await read('Quotes?fields=id')], [200, 401])
  })

  it('is refused when it is unknown, of another client, or as the setting sets', async () => {
    const { fake, exchange } = open()
    assert.deepEqual(await exchange('1000.x'), REFUSED)
    const code = fake.makeGrantCode({})
    const wrong = await exchange(code, { client_secret: 'other' })
    assert.deepEqual(wrong.body, { error: 'invalid_client' })
    fake.settings.change({ grantError: 'invalid_redirect_uri' })
    assert.deepEqual((await exchange(code)).body, { error: 'invalid_redirect_uri' })
  })

  it('ends the oldest refresh token when it makes the twenty-first', async () => {
    const { fake, exchange, refresh } = open()
    const tokens: string[] = []
    while (tokens.length < 21) {
      const { body } = await exchange(fake.makeGrantCode({}))
      tokens.push(String(at(body, 'refresh_token')))
    }
    assert.deepEqual(await refresh(tokens[0] ?? ''), REFUSED)
    assert.equal(typeof at((await refresh(tokens[1] ?? '')).body, 'access_token'), 'string')
  })
})

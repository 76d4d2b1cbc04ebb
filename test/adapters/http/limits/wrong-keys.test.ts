import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EpochMs } from '../../../../src/domain/time.ts'
import { operator } from '../../../support/examples/store-examples.ts'
import { errorMessage, get, post } from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'
import { basic } from '../audit/support.ts'

const TOO_MANY = 'Too many requests from here with a key that is not valid.'

const WRONG = `plg_${'A'.repeat(43)}`

const BEHIND_A_PROXY = { TRUSTED_PROXIES: '127.0.0.1' }

/** Asks with a wrong key, behind a proxy from this address. */
async function guess(t: TestService, address?: string): Promise<number> {
  const headers = {
    'x-api-key': WRONG,
    ...(address === undefined ? {} : { 'x-forwarded-for': address }),
  }
  return (await t.server.inject({ method: 'GET', url: '/sales', headers })).statusCode
}

async function guesses(
  t: TestService,
  count: number,
  address?: string,
): Promise<readonly number[]> {
  const statuses: number[] = []
  for (let i = 0; i < count; i += 1) statuses.push(await guess(t, address))
  return statuses
}

describe('An address that shows wrong keys', () => {
  it('gets 401 for 60 within a minute, then 429 with the seconds until that minute is over', async () => {
    await using t = await makeTestService()
    assert.deepEqual(new Set(await guesses(t, 30)), new Set([401]))
    await t.time.pass(18_500)
    assert.deepEqual(new Set(await guesses(t, 30)), new Set([401]))
    const refused = await get(t, WRONG, '/sales')
    assert.equal(refused.statusCode, 429)
    assert.equal(errorMessage(refused), TOO_MANY)
    assert.equal(refused.headers['retry-after'], '42')
    assert.equal(refused.headers['www-authenticate'], undefined)
    await t.time.pass(41_500)
    assert.equal(await guess(t), 401)
  })

  it('is let in all the same with a key that is valid', async () => {
    await using t = await makeTestService({ AUTH_FAILURES_PER_MINUTE: '1' })
    const key = await t.key('shop', 'sales:read')
    assert.deepEqual(await guesses(t, 3), [401, 429, 429])
    assert.equal((await get(t, key, '/sales')).statusCode, 200)
    assert.equal((await get(t, key, '/log')).statusCode, 403)
    assert.equal(await guess(t), 429)
  })

  it('may do so with any key that is not valid, expired and revoked ones included', async () => {
    await using t = await makeTestService({ AUTH_FAILURES_PER_MINUTE: '2' })
    const createdAt = t.time.clock.now()
    const made = { client: 'shop', scopes: ['admin'], createdAt } as const
    const expired = await t.store.keys.create({ ...made, expiresAt: createdAt }, operator)
    const revoked = await t.store.keys.create({ ...made, expiresAt: null }, operator)
    await t.store.keys.revoke(revoked.id, createdAt as EpochMs, operator)
    const statuses = []
    for (const { key } of [expired, revoked, expired, revoked]) {
      statuses.push((await post(t, key)).statusCode)
    }
    assert.deepEqual(statuses, [401, 401, 429, 429])
  })

  it('is not counted without a key, and is asked for one as often as it comes', async () => {
    await using t = await makeTestService({ AUTH_FAILURES_PER_MINUTE: '1' })
    const bare = async (url: string) => (await t.server.inject({ method: 'GET', url })).statusCode
    for (const url of ['/sales', '/sales', '/audit', '/audit']) assert.equal(await bare(url), 401)
    assert.deepEqual(await guesses(t, 2), [401, 429])
    for (const url of ['/sales', '/audit']) assert.equal(await bare(url), 401)
  })

  it('is the one behind a trusted proxy, not the proxy', async () => {
    await using t = await makeTestService({ ...BEHIND_A_PROXY, AUTH_FAILURES_PER_MINUTE: '1' })
    assert.deepEqual(await guesses(t, 2, '192.0.2.7'), [401, 429])
    assert.deepEqual(await guesses(t, 2, '198.51.100.1, 192.0.2.7'), [429, 429])
    assert.deepEqual(await guesses(t, 2, '192.0.2.8'), [401, 429])
    assert.deepEqual(await guesses(t, 2), [401, 429])
  })

  it('is one with the whole /64 of its IPv6 network', async () => {
    await using t = await makeTestService({ ...BEHIND_A_PROXY, AUTH_FAILURES_PER_MINUTE: '2' })
    assert.deepEqual(await guesses(t, 1, '2001:db8::1'), [401])
    assert.deepEqual(await guesses(t, 1, '2001:db8::ffff:0:0:1'), [401])
    assert.deepEqual(await guesses(t, 1, '2001:0DB8:0::2'), [429])
    assert.deepEqual(await guesses(t, 1, '2001:db8:0:1::1'), [401])
  })

  it('is told by a page on the auditor’s pages, and signs in with the right password at once', async () => {
    await using t = await makeTestService({ AUTH_FAILURES_PER_MINUTE: '1' })
    const key = await t.key('auditor', 'audit:read')
    const open = (password: string) =>
      t.server.inject({
        method: 'GET',
        url: '/audit',
        headers: { authorization: basic('auditor', password), accept: 'text/html' },
      })
    assert.equal((await open('wrong')).statusCode, 401)
    const refused = await open('wrong')
    assert.equal(refused.statusCode, 429)
    assert.equal(refused.headers['retry-after'], '60')
    assert.match(refused.body, /Too many requests/)
    assert.match(refused.body, /close the browser/)
    assert.equal((await open(key)).statusCode, 200)
  })
})

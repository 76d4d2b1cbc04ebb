import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SCOPES, type Scope } from '../../../../src/application/access/key-store.port.ts'
import type { EpochMs } from '../../../../src/domain/time.ts'
import { operator } from '../../../support/examples/store-examples.ts'
import {
  assertNothingStarted,
  errorMessage,
  get,
  post,
} from '../../../support/gateway/http-requests.ts'
import { listen, parseAnswer, sendRaw } from '../../../support/gateway/raw-request.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

const UNAUTHORIZED = '{"status":"error","message":"Invalid or missing API key."}'

const PATHS = ['/getContact?email=a@example.com', '/sales', '/sales/1', '/log'] as const

async function keyWith(
  t: TestService,
  lifetimeMs: number | null,
): Promise<{ readonly id: string; readonly key: string }> {
  const createdAt = t.time.clock.now()
  const expiresAt = lifetimeMs === null ? null : ((createdAt + lifetimeMs) as EpochMs)
  return t.store.keys.create({ client: 'shop', scopes: ['admin'], createdAt, expiresAt }, operator)
}

/** Why a key is not taken, and the key. */
const NO_GOOD: readonly (readonly [string, (t: TestService) => Promise<string>])[] = [
  ['an empty key', async () => ''],
  ['a blank', async () => ' '],
  ['an unknown key', async () => `plg_${'A'.repeat(43)}`],
  ['a key of another case', async (t) => (await t.key('shop', 'admin')).toUpperCase()],
  ['a key and more', async (t) => `${await t.key('shop', 'admin')}x`],
  ['a key of 10,000 characters', async () => 'k'.repeat(10_000)],
  ['the id of a key', async (t) => (await keyWith(t, null)).id],
  ['an expired key', async (t) => (await keyWith(t, 0)).key],
  [
    'a revoked key',
    async (t) => {
      const { id, key } = await keyWith(t, null)
      await t.store.keys.revoke(id, t.time.clock.now(), operator)
      return key
    },
  ],
  ['two keys', async (t) => `${await t.key('shop', 'admin')}, ${await t.key('shop', 'admin')}`],
]

describe('The API key', () => {
  for (const [why, makeKey] of NO_GOOD) {
    it(`is asked for on every path that needs one, and ${why} is not taken`, async () => {
      await using t = await makeTestService()
      const key = await makeKey(t)
      const answers = [await post(t, key)]
      for (const path of PATHS) answers.push(await get(t, key, path))
      for (const answer of answers) {
        assert.equal(answer.statusCode, 401)
        assert.equal(answer.body, UNAUTHORIZED)
        assert.match(String(answer.headers['www-authenticate']), /^ApiKey .*header="x-api-key"$/)
        errorMessage(answer)
      }
      await assertNothingStarted(t)
    })
  }

  it('is asked for where there is none', async () => {
    await using t = await makeTestService()
    for (const url of PATHS) {
      const answer = await t.server.inject({ method: 'GET', url })
      assert.equal(answer.statusCode, 401)
      assert.equal(answer.body, UNAUTHORIZED)
    }
  })

  it('is not taken when it comes in two headers', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'admin')
    const bytes = [
      'GET /sales HTTP/1.1',
      'Host: gateway',
      'Connection: close',
      `X-Api-Key: ${key}`,
      `X-Api-Key: ${key}`,
      '\r\n',
    ].join('\r\n')
    const answer = parseAnswer(await sendRaw(await listen(t), bytes))
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.body, UNAUTHORIZED)
  })

  it('is good until it expires or is revoked', async () => {
    await using t = await makeTestService()
    const { id, key } = await keyWith(t, 3_600_000)
    assert.equal((await get(t, key, '/sales')).statusCode, 200)
    await t.store.keys.revoke(id, t.time.clock.now(), operator)
    assert.equal((await get(t, key, '/sales')).statusCode, 401)
  })

  it('is in no log line and in no answer', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'admin')
    const bodies = [await post(t, key), await get(t, key, '/log'), await get(t, `${key}x`, '/log')]
    const said = bodies.map(({ body, headers }) => body + JSON.stringify(headers))
    assert.ok(![...said, ...t.logLines].some((text) => text.includes(key)))
  })
})

/** The scopes that open each path; `admin` opens all. */
const OPENED_BY: readonly (readonly [string, readonly Scope[]])[] = [
  ['/getContact?email=nobody@example.com', ['contacts:read']],
  ['/sales', ['sales:read', 'audit:read']],
  ['/sales/1', ['sales:read', 'audit:read']],
  ['/log', ['audit:read']],
]

function refusal(scopes: readonly Scope[]): string {
  return `This API key may not do that: it needs the scope ${scopes.join(' or ')}.`
}

describe('The scope of a key', () => {
  for (const scope of SCOPES) {
    for (const [path, scopes] of OPENED_BY) {
      const opens = scope === 'admin' || scopes.includes(scope)
      it(`${scope} ${opens ? 'opens' : 'does not open'} ${path}`, async () => {
        await using t = await makeTestService()
        const answer = await get(t, await t.key('shop', scope), path)
        assert.equal(answer.statusCode !== 403, opens)
        if (!opens) assert.equal(errorMessage(answer), refusal(scopes))
      })
    }

    const sells = scope === 'admin' || scope === 'sales:create'
    it(`${scope} ${sells ? 'opens' : 'does not open'} createSales`, async () => {
      await using t = await makeTestService()
      const answer = await post(t, await t.key('shop', scope))
      assert.equal(answer.statusCode, sells ? 200 : 403)
      if (sells) return
      assert.equal(errorMessage(answer), refusal(['sales:create']))
      await assertNothingStarted(t)
    })
  }

  it('may be none at all', async () => {
    await using t = await makeTestService()
    assert.equal((await get(t, await t.key('shop'), '/sales')).statusCode, 403)
  })
})

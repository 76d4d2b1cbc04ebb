import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ZohoFetch } from '../../../../src/adapters/zoho/exchange/zoho-config.ts'
import {
  type AccessToken,
  makeAccessToken,
} from '../../../../src/adapters/zoho/token/access-token.ts'
import type { Priority } from '../../../../src/application/crm/crm.port.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'
import { MemoryTokenStore } from '../../../support/fakes/memory-token-store.ts'
import { quickConfig } from '../../../support/gateway/test-service.ts'

const never = new AbortController().signal
const config = quickConfig().zoho
const MINUTE_MS = 60_000

type Answer = { readonly status?: number; readonly body: object }

/**
 * Each refresh brings a new token, except where `answers` has another answer. All processes share
 * clock and token store.
 */
function setUp(answers: readonly Answer[] = []) {
  const clock = new ManualClock()
  const tokenStore = new MemoryTokenStore()
  let refreshes = 0
  const fetch: ZohoFetch = async () => {
    const standard = { body: { access_token: `token-${refreshes + 1}`, expires_in: 3600 } }
    const { status = 200, body }: Answer = answers[refreshes] ?? standard
    refreshes += 1
    return new Response(JSON.stringify(body), { status })
  }
  const process = (changed = {}) =>
    makeAccessToken({ config: { ...config, ...changed }, fetch, clock, tokenStore })
  return { clock, tokenStore, token: process(), process, refreshes: () => refreshes }
}

async function tokenOf(token: AccessToken, priority: Priority = 'new'): Promise<string> {
  const result = await token.get(priority, never)
  return result.type === 'done' ? result.value : `${result.type}: ${result.reason}`
}

describe('The access token', () => {
  it('is refreshed once, however many ask for it', async () => {
    const { token, refreshes } = setUp()
    const values = await Promise.all(Array.from({ length: 20 }, () => tokenOf(token)))
    assert.deepEqual(new Set(values), new Set(['token-1']))
    assert.equal(refreshes(), 1)
  })

  it('is refreshed a minute before its end', async () => {
    const { token, clock } = setUp()
    assert.equal(await tokenOf(token), 'token-1')
    clock.advance(3_539_000)
    assert.equal(await tokenOf(token), 'token-1')
    clock.advance(2_000)
    assert.equal(await tokenOf(token), 'token-2')
  })

  it('is refreshed when Zoho refused it, but not within a minute of its own refresh', async () => {
    const { token, clock, refreshes } = setUp()
    await tokenOf(token)
    token.refuse('token-1')
    assert.match(await tokenOf(token), /^notSent: /)
    assert.equal(refreshes(), 1)
    clock.advance(MINUTE_MS)
    assert.equal(await tokenOf(token), 'token-2')
  })

  it('is refreshed at once when Zoho refused it after calls that it was good for', async () => {
    const { token, refreshes } = setUp()
    token.accept(await tokenOf(token))
    token.refuse('token-1')
    assert.equal(await tokenOf(token), 'token-2')
    token.refuse('token-2')
    assert.match(await tokenOf(token), /^notSent: /)
    assert.equal(refreshes(), 2)
  })

  it('is not given up because an older one was refused', async () => {
    const { token, clock } = setUp()
    await tokenOf(token)
    clock.advance(60 * MINUTE_MS)
    await tokenOf(token)
    token.refuse('token-1')
    assert.equal(await tokenOf(token), 'token-2')
  })

  it('lives an hour where Zoho does not say how long', async () => {
    const { token, clock } = setUp([{ body: { access_token: 'silent' } }])
    assert.equal(await tokenOf(token), 'silent')
    clock.advance(3_500_000)
    assert.equal(await tokenOf(token), 'silent')
  })

  it('is waited for no longer than the call may take', async () => {
    const over = new AbortController()
    const fetch: ZohoFetch = () => new Promise(() => undefined)
    const clock = new ManualClock()
    const token = makeAccessToken({ config, fetch, clock, tokenStore: new MemoryTokenStore() })
    const waiting = token.get('new', over.signal)
    over.abort()
    assert.equal((await waiting).type, 'notSent')
  })
})

describe('The right to refresh', () => {
  it('is kept for rollbacks when eight of ten minutes’ refreshes are spent', async () => {
    const short = { body: { access_token: 'short', expires_in: 61 } }
    const { token, clock, refreshes } = setUp(Array.from({ length: 10 }, () => short))
    for (let i = 0; i < 8; i += 1) {
      assert.equal(await tokenOf(token), 'short')
      clock.advance(2_000)
    }
    assert.match(await tokenOf(token, 'forward'), /^notSent: /)
    assert.equal(await tokenOf(token, 'rollback'), 'short')
    clock.advance(2_000)
    assert.equal(await tokenOf(token, 'retry'), 'short')
    clock.advance(2_000)
    assert.match(await tokenOf(token, 'rollback'), /^notSent: /)
    assert.equal(refreshes(), 10)
    clock.advance(10 * MINUTE_MS)
    assert.equal(await tokenOf(token), 'token-11')
  })

  it('pauses longer and longer after "Access Denied"', async () => {
    const denied = { status: 400, body: { error: 'Access Denied', status: 'failure' } }
    const { token, clock, refreshes } = setUp([denied, denied])
    assert.match(await tokenOf(token), /^notSent: /)
    clock.advance(MINUTE_MS - 1)
    await tokenOf(token)
    assert.equal(refreshes(), 1)
    clock.advance(1)
    await tokenOf(token)
    assert.equal(refreshes(), 2)
    clock.advance(2 * MINUTE_MS - 1)
    await tokenOf(token)
    assert.equal(refreshes(), 2)
    clock.advance(1)
    assert.equal(await tokenOf(token), 'token-3')
    assert.equal(token.shut(), undefined)
  })

  it('is shut when the refresh token was revoked, until Zoho gives a token again', async () => {
    const revoked = { body: { error: 'invalid_code' } }
    const { token, clock, refreshes } = setUp([revoked])
    assert.match(await tokenOf(token), /invalid_code/)
    assert.match(token.shut() ?? '', /invalid_code/)
    await tokenOf(token)
    assert.equal(refreshes(), 1)
    clock.advance(MINUTE_MS)
    assert.equal(await tokenOf(token), 'token-2')
    assert.equal(token.shut(), undefined)
  })
})

describe('A rollback', () => {
  it('does not wait with what is new for a right that only it has', async () => {
    const short = { body: { access_token: 'short', expires_in: 61 } }
    const { token, clock } = setUp(Array.from({ length: 10 }, () => short))
    for (let i = 0; i < 8; i += 1) {
      await tokenOf(token)
      clock.advance(2_000)
    }
    const both = await Promise.all([tokenOf(token, 'new'), tokenOf(token, 'rollback')])
    assert.match(both[0], /^notSent: /)
    assert.equal(both[1], 'short')
  })
})

describe('A token in the token store', () => {
  it('serves the next process without a refresh, and the one beside it', async () => {
    const { token, process, refreshes } = setUp()
    assert.equal(await tokenOf(token), 'token-1')
    assert.equal(await tokenOf(process()), 'token-1')
    assert.equal(refreshes(), 1)
  })

  it('cannot be read in the database, nor under other credentials', async () => {
    const { token, tokenStore, process, refreshes } = setUp()
    await tokenOf(token)
    const bytes = Buffer.from(tokenStore.sealed ?? [])
    assert.ok(bytes.length > 0 && !bytes.includes('token-1'))
    assert.equal(await tokenOf(process({ clientSecret: 'another' })), 'token-2')
    assert.equal(refreshes(), 2)
  })

  it('is ignored when it is damaged', async () => {
    const { token, tokenStore, process } = setUp()
    await tokenOf(token)
    const [first = 0, ...rest] = tokenStore.sealed ?? []
    tokenStore.sealed = new Uint8Array([first ^ 1, ...rest])
    assert.equal(await tokenOf(process()), 'token-2')
  })

  it('brings the spent refreshes along, so that a crash loop does not spend all ten', async () => {
    const denied = { status: 500, body: { error: 'internal' } }
    const { process, refreshes } = setUp(Array.from({ length: 20 }, () => denied))
    for (let i = 0; i < 12; i += 1) await tokenOf(process())
    assert.equal(refreshes(), 8)
  })

  it('is ignored when a clock that was ahead wrote it', async () => {
    const { tokenStore, clock, refreshes } = setUp()
    const ahead = new ManualClock()
    ahead.advance(24 * 60 * MINUTE_MS)
    const fetch: ZohoFetch = async () =>
      new Response(JSON.stringify({ access_token: 'from-tomorrow', expires_in: 3600 }))
    await tokenOf(makeAccessToken({ config, fetch, clock: ahead, tokenStore }))
    await tokenStore.claim(ahead.now(), ahead.now() + 10_000)
    const now: ZohoFetch = async () =>
      new Response(JSON.stringify({ access_token: 'from-today', expires_in: 3600 }))
    const token = makeAccessToken({ config, fetch: now, clock, tokenStore })
    assert.equal(await tokenOf(token), 'from-today')
    assert.equal(refreshes(), 0)
  })

  it('is not shut for longer by refreshes of a clock that was ahead', async () => {
    const failed = { status: 500, body: { error: 'internal' } }
    const { tokenStore, clock, process } = setUp(Array.from({ length: 8 }, () => failed))
    const ahead = new ManualClock()
    ahead.advance(24 * 60 * MINUTE_MS)
    const fetch: ZohoFetch = async () => new Response(JSON.stringify(failed.body), { status: 500 })
    for (let i = 0; i < 8; i += 1) {
      await tokenOf(makeAccessToken({ config, fetch, clock: ahead, tokenStore }))
    }
    const token = process()
    assert.match(await tokenOf(token), /^notSent: /)
    // A second request must not move the refreshes of the other clock to the present once more.
    for (let minutes = 0; minutes < 10; minutes += 1) {
      clock.advance(MINUTE_MS)
      await tokenOf(token)
    }
    assert.doesNotMatch(await tokenOf(token), /not to be renewed yet/)
  })

  it('is renewed by one process while another waits for it', async () => {
    const { process, clock, refreshes } = setUp()
    const both = Promise.all([tokenOf(process()), tokenOf(process())])
    for (let i = 0; i < 20; i += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(250)
    }
    assert.deepEqual(await both, ['token-1', 'token-1'])
    assert.equal(refreshes(), 1)
  })
})

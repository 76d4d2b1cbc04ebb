import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type AccessToken, makeAccessToken } from '../../../src/adapters/zoho/access-token.ts'
import type { ZohoFetch } from '../../../src/adapters/zoho/zoho-config.ts'
import { ManualClock } from '../../fakes/manual-clock.ts'
import { quickConfig } from '../../support/test-app.ts'

const never = new AbortController().signal

type Answer = { readonly status?: number; readonly body: object }

/** A token of its own for each refresh, unless told otherwise. */
function setUp(answers: readonly Answer[] = []) {
  const clock = new ManualClock()
  let refreshes = 0
  const fetch: ZohoFetch = async () => {
    const standard = { body: { access_token: `token-${refreshes + 1}`, expires_in: 3600 } }
    const { status = 200, body }: Answer = answers[refreshes] ?? standard
    refreshes += 1
    return new Response(JSON.stringify(body), { status })
  }
  const token = makeAccessToken({ config: quickConfig().zoho, fetch, clock })
  return { clock, token, refreshes: () => refreshes }
}

const tokenOf = async (token: AccessToken) => {
  const result = await token.get(never)
  return result.outcome === 'done' ? result.value : `${result.outcome}: ${result.reason}`
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
    assert.match(await tokenOf(token), /^notSent: a new token was refused/)
    assert.equal(refreshes(), 1)
    clock.advance(60_000)
    assert.equal(await tokenOf(token), 'token-2')
  })

  it('is not given up because an older one was refused', async () => {
    const { token, clock } = setUp()
    await tokenOf(token)
    clock.advance(3_600_000)
    await tokenOf(token)
    token.refuse('token-1')
    assert.equal(await tokenOf(token), 'token-2')
  })

  it('takes an answer of 200 with an error for what it is', async () => {
    const { token } = setUp([{ body: { error: 'invalid_code' } }])
    assert.equal(await tokenOf(token), 'notSent: no token: invalid_code')
    assert.equal(await tokenOf(token), 'token-2')
  })

  it('lives an hour where Zoho does not say how long', async () => {
    const { token, clock } = setUp([{ body: { access_token: 'silent' } }])
    assert.equal(await tokenOf(token), 'silent')
    clock.advance(3_500_000)
    assert.equal(await tokenOf(token), 'silent')
  })

  it('is not waited for beyond the time of the call', async () => {
    const over = new AbortController()
    const fetch: ZohoFetch = () => new Promise(() => undefined)
    const clock = new ManualClock()
    const token = makeAccessToken({ config: quickConfig().zoho, fetch, clock })
    const waiting = token.get(over.signal)
    over.abort()
    const result = await waiting
    assert.equal(result.outcome, 'notSent')
  })
})

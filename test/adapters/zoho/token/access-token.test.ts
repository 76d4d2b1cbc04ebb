import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ZohoFetch } from '../../../../src/adapters/zoho/exchange/zoho-config.ts'
import {
  type AccessToken,
  type GivenToken,
  makeAccessToken,
} from '../../../../src/adapters/zoho/token/access-token.ts'
import { makeSeal } from '../../../../src/adapters/zoho/token/token-seal.ts'
import type { Priority } from '../../../../src/application/crm/crm.port.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'
import { MemoryTokenStore } from '../../../support/fakes/memory-token-store.ts'
import { quickConfig } from '../../../support/gateway/test-service.ts'

const never = new AbortController().signal
const config = quickConfig().zoho
const MINUTE_MS = 60_000

type Answer = { readonly status?: number; readonly body: object }

/** What comes of one try: an answer of Zoho accounts, or what `fetch` throws. */
type Try = Answer | Error

/**
 * Each refresh brings a new token, except where `answers` has something else. All processes share
 * clock and token store.
 */
function setUp(answers: readonly Try[] = [], tokenStore = new MemoryTokenStore()) {
  const clock = new ManualClock()
  let refreshes = 0
  const fetch: ZohoFetch = async () => {
    const standard = { body: { access_token: `token-${refreshes + 1}`, expires_in: 3600 } }
    const answer: Try = answers[refreshes] ?? standard
    refreshes += 1
    if (answer instanceof Error) throw answer
    return new Response(JSON.stringify(answer.body), { status: answer.status ?? 200 })
  }
  const process = (changed = {}) =>
    makeAccessToken({ config: { ...config, ...changed }, fetch, clock, tokenStore })
  return { clock, tokenStore, token: process(), process, refreshes: () => refreshes }
}

async function tokenOf(token: AccessToken, priority: Priority = 'new'): Promise<string> {
  const result = await token.get(priority, never)
  return result.type === 'done' ? result.value.value : `${result.type}: ${result.reason}`
}

/** A token that a call can be made with. */
async function given(token: AccessToken): Promise<GivenToken> {
  const result = await token.get('new', never)
  assert.ok(result.type === 'done')
  return result.value
}

const REFUSED = 'INVALID_TOKEN: invalid oauth token'

describe('The access token', () => {
  it('is refreshed once, however many ask for it', async () => {
    const { token, refreshes } = setUp()
    const values = await Promise.all(Array.from({ length: 20 }, () => tokenOf(token)))
    assert.deepEqual(new Set(values), new Set(['token-1']))
    assert.equal(refreshes(), 1)
  })

  it('is refreshed once where another process renews it between a look and the claim', async () => {
    let meanwhile: (() => Promise<unknown>) | undefined
    class SlowStore extends MemoryTokenStore {
      override async claim(now: number, until: number): Promise<boolean> {
        const work = meanwhile
        meanwhile = undefined
        await work?.()
        return super.claim(now, until)
      }
    }
    const { token, process, refreshes } = setUp([], new SlowStore())
    meanwhile = () => tokenOf(process())
    assert.equal(await tokenOf(token), 'token-1')
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

  it('is refreshed at once when Zoho refused it after calls that it was good for', async () => {
    const { token, refreshes } = setUp()
    await token.accept(await given(token))
    await token.refuse(await given(token), REFUSED)
    assert.equal(await tokenOf(token), 'token-2')
    assert.equal(refreshes(), 2)
  })

  it('is kept when a call that was sent before it was let in is refused', async () => {
    const { token } = setUp()
    const [first, second] = [await given(token), await given(token)]
    await token.accept(first)
    await token.refuse(second, REFUSED)
    assert.equal(await tokenOf(token), 'token-1')
  })

  it('is used to its end while it cannot be renewed', async () => {
    const away = Array.from({ length: 40 }, () => unreachable())
    const { token, clock } = setUp([{ body: { access_token: 'first', expires_in: 3600 } }, ...away])
    await token.accept(await given(token))
    clock.advance(3_541_000)
    assert.equal(await tokenOf(token), 'first')
    assert.equal(token.lockOut(), undefined)
    clock.advance(59_000)
    assert.match(await tokenOf(token), /^notSent: no token: Zoho accounts is not reached since /)
    assert.match(token.lockOut()?.reason ?? '', /is not reached since .* \(ECONNREFUSED\)$/)
  })

  it('keeps the account open to its end, although it is never renewed again', async () => {
    const revoked = Array.from({ length: 40 }, () => ({ body: { error: 'invalid_code' } }))
    const first = { body: { access_token: 'first', expires_in: 3600 } }
    const { token, clock } = setUp([first, ...revoked])
    await token.accept(await given(token))
    clock.advance(3_541_000)
    assert.equal(await tokenOf(token), 'first')
    assert.equal(token.shut(), undefined)
    clock.advance(59_000)
    assert.match(token.shut() ?? '', /invalid_code/)
  })

  it('is not given up because an older one was refused', async () => {
    const { token, clock } = setUp()
    const first = await given(token)
    clock.advance(60 * MINUTE_MS)
    await token.accept(await given(token))
    await token.refuse(first, REFUSED)
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

/** What `fetch` of Node throws where nobody listens. */
function unreachable(): Error {
  const parts = { code: 'ECONNREFUSED', syscall: 'connect' }
  const cause = Object.assign(new Error('connect ECONNREFUSED'), parts)
  return new TypeError('fetch failed', { cause })
}

/** What it throws where the connection breaks when the request may have been sent. */
function broken(): Error {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
  return new TypeError('fetch failed', { cause })
}

describe('A try that brought no token', () => {
  // What came of it, whether it may have cost one of the ten, and how it is put into words.
  const TRIES: readonly (readonly [string, Try, boolean, RegExp])[] = [
    ['no connection', unreachable(), false, /is not reached since \S+Z \(ECONNREFUSED\)$/],
    [
      'a broken connection',
      broken(),
      true,
      /is not reached since .*\(lost after it was made: ECONNRESET\)$/,
    ],
    ['503', { status: 503, body: {} }, false, /gives no token since \S+Z \(HTTP 503\)$/],
    ['500 with a word', { status: 500, body: { error: 'busy' } }, false, /since \S+Z \(busy\)$/],
    ['an unknown word', { body: { error: 'general_error' } }, false, /\(general_error\)$/],
    ['a redirect', { status: 302, body: {} }, false, /\(HTTP 302\)$/],
    ['200 {}', { body: {} }, true, /gives no token since \S+Z \(HTTP 200 without a token\)$/],
    [
      'a token of another type',
      { body: { access_token: 7 } },
      true,
      /\(HTTP 200 without a token\)$/,
    ],
    ['a word with something in it', { body: { error: 'a@b' } }, false, /\(…\)$/],
  ]
  for (const [what, answer, isCostly, words] of TRIES) {
    it(`is followed by others after 1, 2, 4, 5, 5 s: ${what}`, async () => {
      const { token, clock, refreshes } = setUp(Array.from({ length: 99 }, () => answer))
      const spacing: number[] = []
      for (let seconds = 0, last = 0; seconds <= 17; seconds += 1) {
        const before = refreshes()
        assert.match(await tokenOf(token), words)
        if (refreshes() > before && seconds > 0) {
          spacing.push(seconds - last)
          last = seconds
        }
        clock.advance(1_000)
      }
      assert.deepEqual(spacing, [1, 2, 4, 5, 5])
    })

    it(`${isCostly ? 'counts' : 'does not count'} as one of the ten: ${what}`, async () => {
      const { token, clock, refreshes } = setUp(Array.from({ length: 99 }, () => answer))
      for (let seconds = 0; seconds < 590; seconds += 1) {
        await tokenOf(token)
        clock.advance(1_000)
      }
      if (isCostly) assert.equal(refreshes(), 8)
      else assert.ok(refreshes() > 90, `${refreshes()} tries`)
    })
  }

  it('leaves two of the ten for rollbacks, and reports which wait it is', async () => {
    const { token, clock, refreshes } = setUp(Array.from({ length: 9 }, () => ({ body: {} })))
    for (let seconds = 0; seconds < 300; seconds += 1) {
      await tokenOf(token)
      clock.advance(1_000)
    }
    assert.equal(refreshes(), 8)
    assert.match(await tokenOf(token, 'rollback'), /HTTP 200 without a token/)
    clock.advance(MINUTE_MS)
    assert.equal(await tokenOf(token, 'rollback'), 'token-10')
  })

  it('ends after 3 s, and counts as one of the ten', async () => {
    const clock = new ManualClock()
    const fetch: ZohoFetch = (_, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    const token = makeAccessToken({ config, fetch, clock, tokenStore: new MemoryTokenStore() })
    const waiting = tokenOf(token)
    for (let turns = 0; turns < 5; turns += 1) await new Promise((done) => setImmediate(done))
    clock.advance(3_000)
    assert.match(await waiting, /Zoho accounts does not answer since \S+Z \(3000 ms\)$/)
  })

  it('is not forgotten by a restart, nor why', async () => {
    const { process, clock, refreshes } = setUp([unreachable(), unreachable()])
    const first = await tokenOf(process())
    const next = process()
    assert.equal(await tokenOf(next), first)
    assert.equal(refreshes(), 1)
    assert.match(next.lockOut()?.reason ?? '', /ECONNREFUSED/)
    clock.advance(1_000)
    await tokenOf(process())
    assert.equal(refreshes(), 2)
  })
})

describe('The right to refresh', () => {
  it('is kept for rollbacks when eight of ten minutes’ refreshes are spent', async () => {
    const short = { body: { access_token: 'short', expires_in: 1 } }
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

  const DENIALS: readonly Answer[] = [
    { status: 400, body: { error: 'Access Denied', status: 'failure' } },
    { status: 200, body: { error: 'access_denied' } },
    { status: 429, body: [] },
  ]
  for (const denied of DENIALS) {
    it(`pauses longer and longer after ${JSON.stringify(denied)}`, () => pauses(denied))
  }

  async function pauses(denied: Answer): Promise<void> {
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
  }

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

describe('A refusal that only a person can end', () => {
  for (const error of ['invalid_code', 'invalid_client', 'invalid_client_secret']) {
    it(`shuts the account, and is asked for again after 1, 2, 4, 8 … s: ${error}`, async () => {
      const { token, clock, refreshes } = setUp(
        Array.from({ length: 9 }, () => ({ body: { error } })),
      )
      for (const seconds of [1, 2, 4, 8, 16]) {
        const before = refreshes()
        assert.match(await tokenOf(token), new RegExp(`\\(${error}\\)$`))
        assert.equal(refreshes(), before + 1)
        clock.advance(seconds * 1_000 - 1)
        await tokenOf(token)
        assert.equal(refreshes(), before + 1)
        assert.match(token.shut() ?? '', /^Zoho refuses to renew the access token/)
        clock.advance(1)
      }
    })
  }
})

describe('A rollback', () => {
  it('does not wait with what is new for a right that only it has', async () => {
    const short = { body: { access_token: 'short', expires_in: 1 } }
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
    const { process, clock, refreshes } = setUp(Array.from({ length: 20 }, () => ({ body: {} })))
    for (let seconds = 0; seconds < 590; seconds += 1) {
      await tokenOf(process())
      clock.advance(1_000)
    }
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
    const { tokenStore, clock, process } = setUp()
    const ahead = new ManualClock()
    ahead.advance(24 * 60 * MINUTE_MS)
    const fetch: ZohoFetch = async () => new Response('{}')
    for (let seconds = 0; seconds < 200; seconds += 1) {
      await tokenOf(makeAccessToken({ config, fetch, clock: ahead, tokenStore }))
      ahead.advance(1_000)
    }
    const token = process()
    assert.match(await tokenOf(token), /^notSent: /)
    // A second request must not move the refreshes of the other clock to the present once more.
    for (let minutes = 0; minutes < 10; minutes += 1) {
      clock.advance(MINUTE_MS)
      await tokenOf(token)
    }
    assert.equal(await tokenOf(token), 'token-1')
  })

  it('is not waited for longer than a minute after failures of a clock that was ahead', async () => {
    const { tokenStore, clock, process } = setUp()
    const ahead = new ManualClock()
    ahead.advance(24 * 60 * MINUTE_MS)
    const fetch: ZohoFetch = () => Promise.reject(unreachable())
    await tokenOf(makeAccessToken({ config, fetch, clock: ahead, tokenStore }))
    const token = process()
    assert.match(await tokenOf(token), /^notSent: /)
    clock.advance(MINUTE_MS)
    assert.equal(await tokenOf(token), 'token-1')
  })

  it('is not waited for any longer when the clock of its process is set back, nor kept for longer', async () => {
    const { token, clock, refreshes } = setUp([unreachable()])
    assert.match(await tokenOf(token), /^notSent: /)
    clock.jump(-24 * 60 * MINUTE_MS)
    assert.match(await tokenOf(token), /^notSent: /)
    clock.advance(MINUTE_MS)
    assert.equal(await tokenOf(token), 'token-2')
    clock.jump(-24 * 60 * MINUTE_MS)
    assert.equal(await tokenOf(token), 'token-3')
    assert.equal(await tokenOf(token), 'token-3')
    assert.equal(refreshes(), 3)
  })

  it('is renewed after a suspension that was longer than its life, before a call is refused', async () => {
    const { token, clock } = setUp()
    assert.equal(await tokenOf(token), 'token-1')
    clock.jump(3 * 60 * MINUTE_MS)
    assert.equal(await tokenOf(token), 'token-2')
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

describe('A token that Zoho has just given, and refuses', () => {
  it('is given to each new call, and renewed when it was refused for a minute', async () => {
    const { token, clock, refreshes } = setUp()
    for (let seconds = 0; seconds < 60; seconds += 1) {
      const now = await given(token)
      assert.deepEqual(now, { value: 'token-1', standing: 'new' })
      await token.refuse(now, REFUSED)
      clock.advance(1_000)
    }
    assert.equal(refreshes(), 1)
    assert.equal(await tokenOf(token), 'token-2')
  })

  it('is tried again after 0.2, 1, 5 and 5 s by one of the calls that wait', async () => {
    const { token, clock } = setUp()
    const begin = clock.now()
    const tries: number[] = []
    const refused = await given(token)
    await token.refuse(refused, REFUSED)
    for (let call = 0; call < 3; call += 1) void tryFor(never)
    async function tryFor(signal: AbortSignal): Promise<void> {
      for (let repeats = 0; repeats < 9; repeats += 1) {
        const again = await token.get('new', signal, refused)
        if (again.type === 'done') tries.push(clock.now() - begin)
      }
    }
    for (let tenths = 0; tenths < 120; tenths += 1) {
      for (let turns = 0; turns < 3; turns += 1) await new Promise((done) => setImmediate(done))
      clock.advance(100)
    }
    assert.deepEqual(tries, [200, 1_200, 6_200, 11_200])
  })

  it('is given to all that wait once it was let in', async () => {
    const { token } = setUp()
    const refused = await given(token)
    await token.refuse(refused, REFUSED)
    const waiting = Array.from({ length: 3 }, () => token.get('new', never, refused))
    await token.accept(await given(token))
    for (const again of await Promise.all(waiting)) {
      assert.deepEqual(again, { type: 'done', value: { value: 'token-1', standing: 'letIn' } })
    }
  })

  it('is a refusal that a call which waits for its turn reports when its time is over', async () => {
    const { token } = setUp()
    const over = new AbortController()
    const refused = await given(token)
    await token.refuse(refused, REFUSED)
    const waiting = token.get('new', over.signal, refused)
    over.abort()
    const result = await waiting
    assert.match(
      result.type === 'done' ? '' : result.reason,
      /Zoho refuses a token that it has just given \(INVALID_TOKEN: invalid oauth token\)$/,
    )
  })

  it('shuts the account when the next one is refused, too', async () => {
    const { token, clock } = setUp()
    await token.refuse(await given(token), REFUSED)
    assert.equal(token.shut(), undefined)
    clock.advance(MINUTE_MS)
    await token.refuse(await given(token), REFUSED)
    assert.match(token.shut() ?? '', /^Zoho refuses a token that it has just given/)
    await token.accept(await given(token))
    assert.equal(token.shut(), undefined)
    assert.equal(token.lockOut(), undefined)
  })

  it('was let in before a restart, and is renewed at once after it', async () => {
    const { process, refreshes } = setUp()
    const before = process()
    await before.accept(await given(before))
    const after = process()
    const now = await given(after)
    assert.equal(now.standing, 'letIn')
    await after.refuse(now, REFUSED)
    assert.equal(await tokenOf(after), 'token-2')
    assert.equal(refreshes(), 2)
  })

  it('was refused for a minute before a restart, and is renewed at once after it', async () => {
    const { process, clock } = setUp()
    const before = process()
    await before.refuse(await given(before), REFUSED)
    clock.advance(MINUTE_MS)
    assert.equal(await tokenOf(process()), 'token-2')
  })

  // The address of the API that comes with the token, and what is said of the refusal.
  const DOMAINS: readonly (readonly [unknown, RegExp])[] = [
    ['https://www.zohoapis.eu', /; it belongs to another data centre \(zohoapis\.eu\)$/],
    ['https://sandbox.zohoapis.com.au', /; .* data centre \(zohoapis\.com\.au\)$/],
    ['https://www.zohoapis.com', /just given \(INVALID_TOKEN: invalid oauth token\)$/],
    ['https://developer.zohoapis.com', /just given \(INVALID_TOKEN: invalid oauth token\)$/],
    ['no address', /just given \(INVALID_TOKEN: invalid oauth token\)$/],
    [7, /just given \(INVALID_TOKEN: invalid oauth token\)$/],
    [undefined, /just given \(INVALID_TOKEN: invalid oauth token\)$/],
  ]
  for (const [apiDomain, words] of DOMAINS) {
    it(`names another data centre where api_domain does: ${apiDomain}`, async () => {
      const { process } = setUp([{ body: { access_token: 'a', api_domain: apiDomain } }])
      const token = process({ apiUrl: 'https://www.zohoapis.com' })
      await token.refuse(await given(token), REFUSED)
      assert.match(token.refusal() ?? '', words)
    })
  }
})

describe('The stored state of the version before', () => {
  it('is read: its token is used, and was let in; its refreshes count', async () => {
    const { tokenStore, token, clock, refreshes } = setUp()
    const now = clock.now()
    const before = {
      token: { value: 'old', refreshedAt: now - 9, expiresAt: now + 3_600_000, scopes: null },
      refreshes: Array.from({ length: 8 }, (_, i) => now - 8 + i),
      pausedUntil: 0,
      refusals: 0,
    }
    tokenStore.sealed = makeSeal(config).close(JSON.stringify(before))
    const old = await given(token)
    assert.deepEqual(old, { value: 'old', standing: 'letIn' })
    await token.refuse(old, REFUSED)
    assert.deepEqual(await given(token), { value: 'old', standing: 'refused' })
    assert.match(
      token.lockOut()?.reason ?? '',
      /the tokens that Zoho gives in ten minutes are spent/,
    )
    assert.equal(refreshes(), 0)
    assert.equal(await tokenOf(token, 'rollback'), 'token-1')
  })

  it('can be read by it: what this version writes has all that the one before asks for', async () => {
    const { tokenStore, token } = setUp()
    await tokenOf(token)
    const state = JSON.parse(makeSeal(config).open(tokenStore.sealed ?? new Uint8Array()) ?? '')
    assert.ok(typeof state.token.value === 'string' && state.token.scopes === null)
    assert.deepEqual([state.refreshes.length, state.pausedUntil, state.refusals], [1, 0, 0])
  })
})

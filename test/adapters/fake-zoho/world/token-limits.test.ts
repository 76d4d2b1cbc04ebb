import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeFakeZoho } from '../../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { SettingsPatch } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import { at, GRANT, makeManualClock, ORIGIN, replyOf, takeToken } from '../support.ts'

const MINUTE_MS = 60_000

function open(settings: SettingsPatch) {
  const clock = makeManualClock()
  const fake = makeFakeZoho({
    now: clock.now,
    sleep: clock.sleep,
    referenceField: 'Gateway_Reference',
    latencyMs: 0,
    settings,
  })
  const ask = async (refreshToken = 'refresh') => {
    const body = new URLSearchParams({ ...GRANT, refresh_token: refreshToken })
    return replyOf(
      await fake.fetch(new Request(`${ORIGIN}/oauth/v2/token`, { method: 'POST', body })),
    )
  }
  const statusWith = async (token: string) => {
    const headers = { authorization: `Zoho-oauthtoken ${token}` }
    return (await fake.fetch(new Request(`${ORIGIN}/crm/v8/org`, { headers }))).status
  }
  return { clock, fake, ask, statusWith }
}

async function times<T>(count: number, ask: () => Promise<T>): Promise<readonly T[]> {
  const answers: T[] = []
  while (answers.length < count) answers.push(await ask())
  return answers
}

describe('The lockout of the token endpoint', () => {
  it('begins with the eleventh refresh in ten minutes', async () => {
    const { ask } = open({ refreshesMax: 10 })
    for (const { status } of await times(10, ask)) assert.equal(status, 200)
    assert.deepEqual(await ask(), {
      status: 400,
      body: {
        error_description:
          'You have made too many requests continuously. Please try again after some time.',
        error: 'Access Denied',
        status: 'failure',
      },
    })
  })

  it('is over ten minutes after the refreshes', async () => {
    const { ask, clock } = open({ refreshesMax: 10 })
    await times(10, ask)
    await clock.advance(10 * MINUTE_MS - 1)
    assert.equal((await ask()).status, 400)
    await clock.advance(1)
    assert.equal((await ask()).status, 200)
  })

  it('lasts while it is tried again', async () => {
    const { ask, clock } = open({ refreshesMax: 10 })
    await times(10, ask)
    await clock.advance(9 * MINUTE_MS)
    await times(10, ask)
    await clock.advance(9 * MINUTE_MS)
    assert.equal((await ask()).status, 400)
    await clock.advance(10 * MINUTE_MS)
    assert.equal((await ask()).status, 200)
  })

  it('concerns one refresh token only', async () => {
    const { ask } = open({ refreshesMax: 1 })
    await ask()
    assert.equal((await ask()).status, 400)
    assert.equal((await ask('another')).status, 200)
  })

  it('is over when the fake is reset', async () => {
    const { ask, fake } = open({ refreshesMax: 1 })
    await times(2, ask)
    fake.reset()
    assert.equal((await ask()).status, 200)
  })

  it('is not there by default', async () => {
    const { ask } = open({})
    for (const { status } of await times(30, ask)) assert.equal(status, 200)
  })
})

describe('A refresh token', () => {
  it('that is revoked is answered 200 with invalid_code', async () => {
    const { ask, fake } = open({ isRefreshTokenRevoked: true })
    assert.deepEqual(await ask(), { status: 200, body: { error: 'invalid_code' } })
    fake.settings.change({ isRefreshTokenRevoked: false })
    assert.equal(typeof at((await ask()).body, 'access_token'), 'string')
  })
})

describe('An access token', () => {
  it('is valid for as long as its setting sets', async () => {
    const { ask, clock, fake, statusWith } = open({ tokenLifeSeconds: 30 })
    assert.equal(at((await ask()).body, 'expires_in'), 30)
    const token = await takeToken(fake)
    await clock.advance(29_999)
    assert.equal(await statusWith(token), 200)
    await clock.advance(1)
    assert.equal(await statusWith(token), 401)
  })

  it('is valid for as many calls as its setting sets', async () => {
    const { fake, statusWith } = open({ tokenCallsMax: 2 })
    const token = await takeToken(fake)
    assert.deepEqual(await times(3, () => statusWith(token)), [200, 200, 401])
    assert.equal(await statusWith(await takeToken(fake)), 200)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SettingsPatch } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import { at, DEAL, openSession, replyOf, takeToken, turns } from '../support.ts'

const LATENCY_MS = 100
const DAY_MS = 86_400_000
const LIST = '/crm/v8/Products?fields=id'

async function openSlow(settings: SettingsPatch) {
  const session = await openSession({ latencyMs: LATENCY_MS, settings })
  session.fake.clearJournal()
  return session
}

describe('The concurrency limit', () => {
  it('answers 429 without Retry-After to one call too many', async () => {
    const { fake, call, request, clock } = await openSlow({ concurrencyMax: 2 })
    const passed = [call('GET', LIST), call('POST', '/crm/v8/Deals', { data: [DEAL] })]
    // A body takes a moment to be read.
    await turns()
    const third = await fake.fetch(request('GET', LIST))
    assert.equal(third.status, 429)
    assert.equal(third.headers.get('retry-after'), null)
    assert.equal(at((await replyOf(third)).body, 'code'), 'TOO_MANY_REQUESTS')
    await clock.advance(LATENCY_MS)
    assert.deepEqual(
      (await Promise.all(passed)).map(({ status }) => status),
      [200, 201],
    )
    assert.deepEqual(
      fake.journal.map(({ fault, inFlight }) => [fault, inFlight]),
      [
        ['concurrency', 3],
        [null, 1],
        [null, 2],
      ],
    )
  })

  it('lets the next in when one has gone', async () => {
    const { call, clock } = await openSlow({ concurrencyMax: 1 })
    for (let turn = 0; turn < 3; turn += 1) {
      const answered = call('GET', LIST)
      await clock.advance(LATENCY_MS)
      assert.equal((await answered).status, 200)
    }
  })

  it('holds a place for a call that is not answered, until its caller goes', async () => {
    const { fake, call, request, clock } = await openSlow({ concurrencyMax: 1 })
    fake.faults.add({ operation: 'list:Products', kind: { type: 'timeoutBefore' } })
    const caller = new AbortController()
    const held = fake.fetch(request('GET', LIST, undefined, caller.signal))
    const rejected = assert.rejects(held, /gave up/)
    await clock.advance(LATENCY_MS)
    assert.equal((await call('GET', LIST)).status, 429)
    caller.abort(new Error('gave up'))
    await rejected
    const answered = call('GET', LIST)
    await clock.advance(LATENCY_MS)
    assert.equal((await answered).status, 200)
  })

  it('does not count tokens', async () => {
    const { fake, call, clock } = await openSlow({ concurrencyMax: 1 })
    const token = takeToken(fake)
    const answered = call('GET', LIST)
    await clock.advance(LATENCY_MS)
    await token
    assert.equal((await answered).status, 200)
  })

  it('has a limit of its own for queries', async () => {
    const { query, call, clock } = await openSlow({ coqlConcurrencyMax: 1 })
    const select = "select id from Deals where id = '1'"
    const [first, list] = [query(select), call('GET', LIST)]
    assert.equal((await query(select)).status, 429)
    await clock.advance(LATENCY_MS)
    assert.deepEqual([(await first).status, (await list).status], [204, 200])
  })
})

describe("The day's credits", () => {
  it('are gone after so many calls, and come back a day later', async () => {
    const { call, clock } = await openSession({ settings: { creditsMax: 2 } })
    const statuses: number[] = []
    for (let turn = 0; turn < 3; turn += 1) statuses.push((await call('GET', LIST)).status)
    assert.deepEqual(statuses, [200, 200, 429])
    await clock.advance(DAY_MS)
    // The hour of the token is over by then, too.
    assert.equal((await call('GET', LIST)).status, 401)
  })

  it('are in the answers once half of them are used', async () => {
    const { fake, request } = await openSession({ settings: { creditsMax: 4 } })
    const told: (string | null)[] = []
    for (let turn = 0; turn < 5; turn += 1) {
      const { headers } = await fake.fetch(request('GET', LIST))
      told.push(headers.get('x-api-credits-remaining'))
    }
    assert.deepEqual(told, [null, '2', '1', '0', '0'])
  })

  it('are used one for each ten records of a create', async () => {
    const { fake, request } = await openSession({ settings: { creditsMax: 2 } })
    const data = Array.from({ length: 11 }, () => DEAL)
    const { headers } = await fake.fetch(request('POST', '/crm/v8/Deals', { data }))
    assert.equal(headers.get('x-api-credits-remaining'), '0')
  })
})

// Many requests with one key, wherever they arrive.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import type { Told } from '../crash/site/callers.ts'
import { countOf } from '../support/counts.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import { until } from '../support/time/until.ts'
import { type Fleet, makeFleet } from './fleet/fleet.ts'

/** Identical requests at once, and the gateways that share them. */
const REQUESTS = 100
const GATEWAYS = countOf('FLEET')

/** Milliseconds until the Quote is answered: longer than anything that is asked meanwhile takes. */
const UNDER_WAY_MS = 6_000

/** On a loaded machine a shorter one may be renewed late, and new requests are turned away meanwhile. */
const LONG_LEASE = { SALE_LEASE_MS: '8000' }

describe('One Idempotency-Key over several gateways', { concurrency: true }, () => {
  it(`begins one sale for ${REQUESTS} identical requests at once`, async (t) => {
    await using fleet = await makeFleet({ settings: LONG_LEASE })
    const urls = (await fleet.startAll(GATEWAYS)).map(({ url }) => url)
    const key = randomUUID()
    const asked = Array.from({ length: REQUESTS }, (_, index) =>
      ask(fleet, urls[index % urls.length] ?? '', key),
    )
    const told = await Promise.all(asked)
    const count = (wanted: number) => told.filter(({ status }) => status === wanted).length
    const other = told.filter(({ status }) => status !== 200 && status !== 409)
    t.diagnostic(`${count(200)} × 200, ${count(409)} × 409`)
    assert.deepEqual(
      other.map(({ status, text }) => `${status} ${text}`),
      [],
    )
    assert.equal(count(200) + count(409), REQUESTS)
    assert.ok(count(200) > 0)
    await assertOneSale(fleet, urls, key)
  })

  it('answers 409 elsewhere while its owner runs the sale, and the same as the owner afterwards', async () => {
    await using fleet = await makeFleet({
      settings: { ...LONG_LEASE, ZOHO_REQUEST_TIMEOUT_MS: '15000' },
    })
    const urls = (await fleet.startAll(GATEWAYS)).map(({ url }) => url)
    const key = randomUUID()
    const { answer } = await beginSlowly(fleet, urls[0] ?? '', key)
    for (const url of urls) assert.equal((await ask(fleet, url, key)).status, 409)
    assert.equal((await answer).status, 200)
    await assertOneSale(fleet, urls, key)
  })

  it('is one sale when its owner is killed, and the others go on with it', async () => {
    await using fleet = await makeFleet()
    const [owner, ...others] = await fleet.startAll(GATEWAYS)
    assert.ok(owner !== undefined)
    const urls = others.map(({ url }) => url)
    const key = randomUUID()
    const { answer } = await beginSlowly(fleet, owner.url, key)
    await fleet.kill(owner)
    assert.equal((await answer).status, undefined)
    for (const url of urls) assert.equal((await ask(fleet, url, key)).status, 409)
    await until('the others have completed it', async () => {
      const { status } = await ask(fleet, urls[0] ?? '', key)
      assert.ok(status === 200 || status === 409, `${status}`)
      return status === 200
    })
    await assertOneSale(fleet, urls, key)
  })
})

function ask(fleet: Fleet, url: string, key: string): Promise<Told> {
  return fleet.ledger.ask(url, { body: SALE, key })
}

/** Waits until its Quote is under way, and returns the answer that is still to come. */
async function beginSlowly(
  fleet: Fleet,
  url: string,
  key: string,
): Promise<{ readonly answer: Promise<Told> }> {
  await fleet.fake.addFault({
    operation: 'create:Quotes',
    kind: { type: 'slow', ms: UNDER_WAY_MS },
  })
  const answer = ask(fleet, url, key)
  await until('its Quote is under way', async () => {
    const journal = await fleet.fake.journal()
    return journal.some(({ operation }) => operation === 'create:Quotes')
  })
  return { answer }
}

/** Every gateway replays the answer, and there is one sale, which is complete. */
async function assertOneSale(fleet: Fleet, urls: readonly string[], key: string): Promise<void> {
  for (const url of urls) assert.equal((await ask(fleet, url, key)).status, 200)
  const { sales, completed } = await fleet.judgeAtRest(urls[0] ?? '')
  assert.deepEqual([sales, completed], [1, 1])
}

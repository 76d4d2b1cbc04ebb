// What several gateways share of Zoho's limits, counted at the fake, while one of them is killed.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { SALE } from '../support/gateway/http-requests.ts'
import { until } from '../support/time/until.ts'
import { type Fleet, makeFleet } from './fleet/fleet.ts'

/** Fewer than there are gateways and callers, so that all of them wait for each other. */
const PLACES = 4

const [GATEWAYS, SALES] = [3, 36]

/** Milliseconds of each call, so that calls meet. */
const CALL_MS = 30

const SETTINGS = {
  ZOHO_MAX_CONCURRENCY: String(PLACES),
  ZOHO_REQUEST_TIMEOUT_MS: '15000',
  SALE_DEADLINE_MS: '60000',
  // On a loaded machine a shorter one may be renewed late.
  SALE_LEASE_MS: '4000',
}

describe('Several gateways before one Zoho', () => {
  it('never have more calls in flight than one may have, and ask for one token, also when one is killed', async (t) => {
    await using fleet = await makeFleet({ settings: SETTINGS })
    const [dying, ...others] = await fleet.startAll(GATEWAYS)
    const [other] = others
    assert.ok(dying !== undefined && other !== undefined)
    await fleet.fake.settings({ latency: { type: 'fixed', ms: CALL_MS } })
    const urls = [dying, ...others].map(({ url }) => url)
    const told = Array.from({ length: SALES }, (_, index) =>
      fleet.ledger.ask(urls[index % urls.length] ?? '', { body: SALE, key: randomUUID() }),
    )
    await until('some are complete', async () => (await completed(fleet)) >= SALES / 6)
    await fleet.kill(dying)
    await Promise.all(told)
    await fleet.untilDone()
    const journal = await fleet.fake.journal()
    const calls = journal.filter(({ operation }) => operation !== 'token')
    const most = Math.max(...calls.map(({ inFlight }) => inFlight))
    t.diagnostic(
      `${calls.length} calls, ${most} at once; ${journal.length - calls.length} for a token`,
    )
    assert.equal(most, PLACES)
    assert.equal(journal.length - calls.length, 1)
    const { sales } = await fleet.judgeAtRest(other.url)
    assert.equal(sales, SALES)
  })
})

async function completed({ query }: Fleet): Promise<number> {
  const [row] = await query(`select count(*) as number from sale where status = 'completed'`)
  return Number(row?.['number'])
}

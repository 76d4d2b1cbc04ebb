import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type FakeZoho, makeFakeZoho } from '../../src/adapters/fake-zoho/fake-zoho.ts'
import { ONE_CALL_IN_TWENTY } from '../support/examples/chance-faults.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../support/gateway/test-service.ts'
import { makeVirtualTestTime, type TestTime } from '../support/time/test-time.ts'
import { assertWholeOrNothing } from '../support/whole-or-nothing.ts'

const SALES = 1_000
const CALLERS = 64
const GATE = 10
const TOKEN_CALLS_MAX = 1_000
const THROTTLED_MAX = 3
const SEED = 20_261_124

/** How much of the places the gate allows is in use, on average, while callers wait. */
const USE_MIN = 0.9

describe('A thousand sales at once', () => {
  it('are each whole or gone, over a Zoho that fails at one call in twenty', async (t) => {
    const time = makeVirtualTestTime()
    const fake = makeFakeZoho({
      ...time.clock,
      referenceField: 'Gateway_Reference',
      latencyMs: 0,
      settings: {
        seed: SEED,
        latency: { type: 'uniform', minMs: 20, maxMs: 50 },
        concurrencyMax: GATE,
        tokenCallsMax: TOKEN_CALLS_MAX,
        // Ten minutes of refreshes pass in seconds here.
        refreshesMax: null,
        chanceFaults: ONE_CALL_IN_TWENTY,
      },
    })
    const settings = {
      ZOHO_MAX_CONCURRENCY: String(GATE),
      ZOHO_SETTLE_MS: '1000',
      ZOHO_REQUEST_TIMEOUT_MS: '5000',
      SALE_DEADLINE_MS: '30000',
      LOG_LEVEL: 'error',
    }
    const use = watchUse(fake, time)
    await using app = await makeTestService(settings, { fake: use.fake, time })
    const key = await app.key('load', 'sales:create')

    const begin = time.clock.now()
    const statuses = await time.during(sellAll(app, key))
    const tookMs = time.clock.now() - begin
    const used = use.callMs() / tookMs / GATE
    await time.until(
      'every sale is at rest',
      async () => (await app.store.sales.unfinished(undefined, 1)).length === 0,
    )

    const { sales, next } = await app.store.saleReader.list({ limit: 2 * SALES })
    assert.equal(next, null)
    for (const sale of sales) assertWholeOrNothing(fake.records, sale)
    const completed = sales.filter(({ status }) => status === 'completed').length
    assert.equal(completed, statuses.filter((status) => status === 200).length)
    assert.equal(sales.length, SALES)

    const throttled = fake.journal.filter(({ status }) => status === 429).length
    const refreshes = fake.journal.filter(({ operation }) => operation === 'token').length
    const calls = fake.journal.length - refreshes
    t.diagnostic(
      `${completed} completed, ${SALES - completed} rolled back, ${calls} calls in ` +
        `${Math.round(tookMs)} ms, at most ${use.max()} at once, ${Math.round(used * 100)} % of ` +
        `the gate, ${throttled} 429s, ${refreshes} refreshes`,
    )
    assert.ok(use.max() <= GATE, `${use.max()} calls at once`)
    assert.ok(throttled <= THROTTLED_MAX, `${throttled} 429s`)
    assert.ok(refreshes <= Math.ceil(calls / TOKEN_CALLS_MAX) + 1, `${refreshes} refreshes`)
    assert.ok(used >= USE_MIN, `only ${Math.round(used * 100)} % of the gate was used`)
  })
})

/** Watches the calls to the CRM on our side of the wire: how many at once, and for how long. */
function watchUse(fake: FakeZoho, { clock }: TestTime) {
  let inFlight = 0
  let max = 0
  let callMs = 0
  const fetch: FakeZoho['fetch'] = async (request) => {
    if (!new URL(request.url).pathname.startsWith('/crm/')) return fake.fetch(request)
    const begin = clock.now()
    inFlight += 1
    max = Math.max(max, inFlight)
    try {
      return await fake.fetch(request)
    } finally {
      inFlight -= 1
      callMs += clock.now() - begin
    }
  }
  return { fake: { ...fake, fetch }, max: () => max, callMs: () => callMs }
}

/** So many callers, each with its next sale as soon as it has the answer to the last. */
async function sellAll(app: TestService, key: string): Promise<readonly number[]> {
  const statuses: number[] = []
  let begun = 0
  const caller = async () => {
    while (begun < SALES) {
      begun += 1
      const answer = await app.server.inject({
        method: 'POST',
        url: '/createSales',
        headers: { 'x-api-key': key },
        payload: SALE,
      })
      statuses.push(answer.statusCode)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return statuses
}

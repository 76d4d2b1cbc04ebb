// Each metric moves with what it is about, and there is none that no test moves.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import { TURNED_AWAY } from '../../../src/application/base/meter.port.ts'
import { FAILED_STEPS, type FailedStep } from '../../../src/domain/sale/steps.ts'
import { factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import { saleIdOf as saleIdNumbered } from '../../support/examples/store-examples.ts'
import { loopWith } from '../../support/gateway/event-loop.ts'
import {
  FAILED,
  get,
  hangAt,
  PATIENT,
  post,
  SALE,
  SUCCESS,
  saleIdOf,
} from '../../support/gateway/http-requests.ts'
import { makePlace } from '../../support/gateway/place.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { parseScrape, type Scrape } from '../../support/gateway/scrape.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

const EMAIL = 'info%40poligonmuhendislik.com'

/** Longer than a text is shown again. */
const NEXT_MS = 1_000

type Told = {
  readonly t: TestService
  readonly key: string
  /** A new text, after a second. */
  scrape(): Promise<Scrape>
}

/** What moves a metric, and how far. A settings object comes first where the service needs one. */
type Move = {
  readonly settings?: Readonly<Record<string, string>>
  readonly given?: Parameters<typeof makeTestService>[1]
  run(told: Told): Promise<void>
}

async function scrapeOf({ time, metrics }: TestService): Promise<Scrape> {
  await time.pass(NEXT_MS)
  return parseScrape(await time.during(metrics.text()))
}

function refuse({ fake }: TestService, operation: 'create:Quotes' | 'delete:Deals'): void {
  fake.faults.add({ operation, times: Number.POSITIVE_INFINITY, kind: { type: 'refuse' } })
}

/** What makes a sale fail at each step; `interrupted` needs an earlier process. */
const FAIL: Readonly<
  Record<Exclude<FailedStep, 'interrupted'>, (t: TestService, key: string) => Promise<unknown>>
> = {
  contact: (t, key) => post(t, key, { ...SALE, contactId: '1' }),
  products: (t, key) => post(t, key, { ...SALE, products: [{ productId: '1', quantity: 1 }] }),
  deal: (t, key) => failingAt(t, key, 'create:Deals'),
  quote: (t, key) => failingAt(t, key, 'create:Quotes'),
  salesOrder: (t, key) => failingAt(t, key, 'create:Sales_Orders'),
  async deadline(t, key) {
    const held = hangAt(t, 'create:Deals')
    const answer = await post(t, key)
    held.release()
    return answer
  },
}

function failingAt(
  t: TestService,
  key: string,
  operation: `create:${'Deals' | 'Quotes' | 'Sales_Orders'}`,
) {
  t.fake.faults.add({ operation, kind: { type: 'refuse' } })
  return post(t, key)
}

/** Ten calls without an answer, so that nothing new begins. */
async function openBreaker(t: TestService, key: string): Promise<readonly number[]> {
  t.fake.faults.add({
    operation: 'coql:Contacts',
    times: Number.POSITIVE_INFINITY,
    kind: { type: 'resetBefore' },
  })
  const statuses: number[] = []
  for (let call = 0; call < 10; call += 1) {
    statuses.push((await get(t, key, `/getContact?email=${EMAIL}`)).statusCode)
  }
  return statuses
}

const HOUR_MS = 3_600_000

const NO_TOKEN: readonly FaultKind[] = [
  { type: 'status', status: 500 },
  { type: 'odd', status: 400, body: '{"error":"invalid_client"}' },
  { type: 'odd', status: 400, body: '{"error":"Access Denied"}' },
]

const RETRIED = { SALE_DEADLINE_MS: '20000' }

const MOVES: Readonly<Record<string, Move>> = {
  gateway_sales_total: {
    // One call may take longer than the whole sale, so that only the deadline ends it.
    settings: { ZOHO_REQUEST_TIMEOUT_MS: '20000' },
    async run({ t, key, scrape }) {
      assert.equal((await post(t, key)).body, SUCCESS)
      const labels = (failedStep: string) => ({ outcome: 'rolled_back', failed_step: failedStep })
      for (const [step, fail] of Object.entries(FAIL)) {
        await fail(t, key)
        await t.time.pass(5_000)
        assert.equal((await scrape()).value('gateway_sales_total', labels(step)), 1, step)
      }
      const after = await scrape()
      assert.equal(after.value('gateway_sales_total', { outcome: 'completed' }), 1)
      assert.equal(after.value('gateway_sales_total', labels('interrupted')), 0)
    },
  },
  gateway_sale_duration_seconds: {
    async run({ t, key, scrape }) {
      t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'slow', ms: 150 } })
      await post(t, key)
      const after = await scrape()
      const completed = { outcome: 'completed' }
      assert.equal(after.value('gateway_sale_duration_seconds_count', completed), 1)
      assert.ok(after.value('gateway_sale_duration_seconds_sum', completed) >= 0.15)
    },
  },
  gateway_step_duration_seconds: {
    async run({ t, key, scrape }) {
      t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'slow', ms: 150 } })
      await post(t, key)
      await failingAt(t, key, 'create:Sales_Orders')
      const after = await scrape()
      const count = (step: string) => after.value('gateway_step_duration_seconds_count', { step })
      assert.deepEqual(
        ['terms', 'deal', 'quote', 'salesOrder', 'rollback'].map(count),
        [2, 2, 2, 1, 1],
      )
      const sum = (step: string) => after.value('gateway_step_duration_seconds_sum', { step })
      assert.ok(sum('quote') >= 0.15, `${sum('quote')} s`)
      for (const step of ['deal', 'salesOrder']) assert.ok(sum(step) < 0.15, `${sum(step)} s`)
    },
  },
  gateway_crm_calls_total: {
    async run({ t, key, scrape }) {
      await get(t, key, `/getContact?email=${EMAIL}`)
      await failingAt(t, key, 'create:Quotes')
      t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'resetAfter' } })
      await post(t, key)
      await t.time.pass(200)
      const after = await scrape()
      const count = (operation: string, module: string, outcome: string) =>
        after.value('gateway_crm_calls_total', { operation, module, outcome })
      assert.equal(count('read', 'Contacts', 'done'), 3)
      assert.equal(count('read', 'Products', 'done'), 2)
      assert.equal(count('create', 'Deals', 'done'), 2)
      assert.equal(count('create', 'Quotes', 'refused'), 1)
      assert.equal(count('create', 'Quotes', 'unknown'), 1)
      assert.equal(count('create', 'Quotes', 'done'), 1)
      assert.equal(count('delete', 'Deals', 'done'), 1)
      assert.equal(count('find', 'Quotes', 'done'), 1)
    },
  },
  gateway_crm_call_duration_seconds: {
    async run({ t, key, scrape }) {
      t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'slow', ms: 150 } })
      await post(t, key)
      const after = await scrape()
      const create = { operation: 'create' }
      assert.equal(after.value('gateway_crm_call_duration_seconds_count', create), 3)
      assert.ok(after.value('gateway_crm_call_duration_seconds_sum', create) >= 0.15)
    },
  },
  gateway_crm_in_flight: {
    settings: PATIENT,
    async run({ t, key, scrape }) {
      const held = hangAt(t, 'create:Deals')
      const answer = t.server.inject({ method: 'POST', url: '/createSales', ...asked(key) })
      await held.arrived()
      assert.equal((await scrape()).value('gateway_crm_in_flight'), 1)
      held.release()
      await t.time.during(answer)
      assert.equal((await scrape()).value('gateway_crm_in_flight'), 0)
    },
  },
  gateway_crm_waiting: {
    settings: { ...PATIENT, ZOHO_MAX_CONCURRENCY: '1' },
    async run({ t, key, scrape }) {
      const held = hangAt(t, 'create:Deals')
      const first = t.server.inject({ method: 'POST', url: '/createSales', ...asked(key) })
      await held.arrived()
      const second = t.server.inject({ method: 'POST', url: '/createSales', ...asked(key) })
      const waiting = await scrape()
      assert.equal(waiting.value('gateway_crm_waiting'), 2)
      held.release()
      await t.time.during(Promise.all([first, second]))
    },
  },
  gateway_crm_throttled_total: {
    settings: RETRIED,
    async run({ t, key, scrape }) {
      t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'status', status: 429 } })
      assert.equal((await post(t, key)).body, SUCCESS)
      assert.equal((await scrape()).value('gateway_crm_throttled_total'), 1)
    },
  },
  gateway_breaker_open: {
    async run({ t, key, scrape }) {
      await openBreaker(t, key)
      assert.equal((await scrape()).value('gateway_breaker_open'), 1)
      t.fake.faults.clear()
      await t.time.pass(60_000)
      assert.equal((await post(t, key)).body, SUCCESS)
      assert.equal((await scrape()).value('gateway_breaker_open'), 0)
    },
  },
  gateway_token_refreshes_total: {
    async run({ t, key, scrape }) {
      for (const kind of NO_TOKEN) {
        t.fake.faults.add({ operation: 'token', kind, times: Number.POSITIVE_INFINITY })
        await get(t, key, `/getContact?email=${EMAIL}`)
        t.fake.faults.clear()
        // The token is asked for again by itself, and is good for an hour.
        await t.time.pass(2 * HOUR_MS)
      }
      await get(t, key, `/getContact?email=${EMAIL}`)
      const counted = await scrape()
      const count = (outcome: string) => counted.value('gateway_token_refreshes_total', { outcome })
      const outcomes = ['renewed', 'failed', 'refused', 'throttled']
      for (const outcome of outcomes) assert.ok(count(outcome) >= 1, outcome)
    },
  },
  gateway_token_age_seconds: {
    async run({ t, key, scrape }) {
      assert.ok(Number.isNaN((await scrape()).value('gateway_token_age_seconds')))
      await get(t, key, `/getContact?email=${EMAIL}`)
      await t.time.pass(59_000)
      assert.equal((await scrape()).value('gateway_token_age_seconds'), 60)
    },
  },
  gateway_sales_open: {
    settings: PATIENT,
    async run({ t, key, scrape }) {
      const held = hangAt(t, 'create:Quotes')
      const answer = t.server.inject({ method: 'POST', url: '/createSales', ...asked(key) })
      await held.arrived()
      const open = await scrape()
      const count = (status: string) => open.value('gateway_sales_open', { status })
      const statuses = ['in_progress', 'completed', 'rolling_back', 'stuck']
      assert.deepEqual(statuses.map(count), [1, 0, 0, 0])
      held.release()
      await t.time.during(answer)
      const none = await scrape()
      assert.equal(none.value('gateway_sales_open', { status: 'in_progress' }), 0)
    },
  },
  gateway_oldest_open_sale_seconds: {
    settings: { STUCK_AFTER_MS: '1000' },
    async run({ t, key, scrape }) {
      refuse(t, 'delete:Deals')
      assert.equal((await failingAt(t, key, 'create:Quotes')).body, FAILED)
      await t.time.pass(600_000)
      const stuck = await scrape()
      assert.ok(stuck.value('gateway_oldest_open_sale_seconds') >= 600)
      assert.equal(stuck.value('gateway_sales_open', { status: 'stuck' }), 1)
      const counted = { outcome: 'stuck', failed_step: 'quote' }
      assert.equal(stuck.value('gateway_sales_total', counted), 1)
      assert.equal(stuck.value('gateway_sale_duration_seconds_count', { outcome: 'stuck' }), 1)
    },
  },
  gateway_outbox_waiting: {
    given: { mailer: unreachableMailer() },
    async run({ t, key, scrape }) {
      await failingAt(t, key, 'create:Quotes')
      assert.equal((await scrape()).value('gateway_outbox_waiting'), 1)
    },
  },
  gateway_outbox_oldest_seconds: {
    given: { mailer: unreachableMailer() },
    async run({ t, key, scrape }) {
      await failingAt(t, key, 'create:Quotes')
      await t.time.pass(90_000)
      assert.ok((await scrape()).value('gateway_outbox_oldest_seconds') >= 90)
    },
  },
  gateway_turned_away_total: {
    settings: { AUTH_FAILURES_PER_MINUTE: '1' },
    async run({ t, key, scrape }) {
      const asked = await openBreaker(t, key)
      const lookUps = asked.filter((status) => status === 503).length
      assert.ok(lookUps > 0, asked.join())
      assert.equal((await post(t, key)).statusCode, 503)
      for (const status of [401, 429]) assert.equal((await post(t, 'x')).statusCode, status)
      t.service.drain()
      assert.equal((await post(t, key)).statusCode, 503)
      const after = await scrape()
      const count = (why: string) => after.value('gateway_turned_away_total', { why })
      assert.deepEqual(['wrongKeys', 'draining'].map(count), [1, 1])
      assert.equal(count('crm'), lookUps + 1)
      const seen = ['crm', 'wrongKeys', 'draining', 'sockets', ...Object.keys(TURNED_AWAY_BY)]
      assert.deepEqual(seen.toSorted(), TURNED_AWAY.toSorted())
      for (const [why, { settings, given, ask }] of Object.entries(TURNED_AWAY_BY)) {
        assert.equal(await turnedAway(why, settings, given, ask), 1, why)
      }
    },
  },
  gateway_commits_total: {
    async run({ t, key, scrape }) {
      const before = await scrape()
      await post(t, key)
      const after = await scrape()
      assert.equal(after.value('gateway_commits_total') - before.value('gateway_commits_total'), 5)
    },
  },
  gateway_commit_group_size: {
    async run({ t, key, scrape }) {
      const before = await scrape()
      await t.time.during(Promise.all([1, 2, 3].map(() => post(t, key))))
      const after = await scrape()
      const more = (name: string) =>
        after.value(`gateway_commit_group_size_${name}`) -
        before.value(`gateway_commit_group_size_${name}`)
      assert.equal(more('sum'), 15)
      assert.ok(more('count') < 15, `${more('count')} groups`)
    },
  },
  gateway_commit_duration_seconds: {
    async run({ t, key, scrape }) {
      await post(t, key)
      const after = await scrape()
      assert.ok(after.value('gateway_commit_duration_seconds_sum') > 0)
    },
  },
  // In a file, because a database in memory has no write-ahead log.
  gateway_wal_bytes: {
    async run() {
      await using folder = await makeFolder()
      await using place = await makePlace(`${folder.path}/gateway.db`)
      await using t = await makeTestService({}, place)
      const before = (await scrapeOf(t)).value('gateway_wal_bytes')
      await post(t, await t.key('acme', 'sales:create'))
      const after = (await scrapeOf(t)).value('gateway_wal_bytes')
      assert.ok(before > 0 && after > before, `${before}, ${after}`)
    },
  },
  gateway_log_lines_dropped_total: {
    given: { linesDropped: () => 3 },
    async run({ scrape }) {
      assert.equal((await scrape()).value('gateway_log_lines_dropped_total'), 3)
    },
  },
}

type TurnsAway = {
  readonly settings?: Readonly<Record<string, string>>
  readonly given?: Parameters<typeof makeTestService>[1]
  ask(t: TestService, key: string): Promise<unknown>
}

/** What turns one request away, in a service of its own. A connection too many: front-limits.test.ts. */
const TURNED_AWAY_BY: Readonly<Record<string, TurnsAway>> = {
  storage: {
    given: { storage: { full: () => 'The disk is full.', run: async () => undefined } },
    ask: post,
  },
  load: { given: { loop: loopWith(() => 1_000) }, ask: post },
  keyRate: {
    settings: { RATE_LIMIT_PER_KEY: '1', RATE_LIMIT_BURST: '1' },
    ask: (t, key) => t.time.during(Promise.all([post(t, key), post(t, key)])),
  },
  // One more than may wait.
  busy: {
    settings: PATIENT,
    async ask(t, key) {
      const held = hangAt(t, 'create:Deals')
      const all = Array.from({ length: CALLERS_WAITING_MAX + 1 }, () => asked(key)).map((asking) =>
        t.server.inject({ method: 'POST', url: '/createSales', ...asking }),
      )
      await Promise.race(all)
      held.release()
      await t.time.during(Promise.all(all))
    },
  },
}

const CALLERS_WAITING_MAX = 256

async function turnedAway(
  why: string,
  settings: TurnsAway['settings'],
  given: TurnsAway['given'],
  ask: TurnsAway['ask'],
): Promise<number> {
  await using t = await makeTestService(settings, given)
  await ask(t, await t.key('acme', 'sales:create'))
  return (await scrapeOf(t)).value('gateway_turned_away_total', { why })
}

function asked(key: string) {
  const headers = { 'x-api-key': key, 'content-type': 'application/json' }
  return { headers, payload: JSON.stringify(SALE) }
}

function unreachableMailer() {
  return {
    async send(): Promise<never> {
      throw new AppError('unavailable', 'mail: not reached')
    },
  }
}

describe('The metrics', () => {
  for (const [name, { settings, given, run }] of Object.entries(MOVES)) {
    it(`move: ${name}`, async () => {
      await using t = await makeTestService(settings, given)
      const key = await t.key('acme', 'sales:create', 'contacts:read')
      await run({ t, key, scrape: () => scrapeOf(t) })
    })
  }

  it('are all moved here, and each has its unit in its name and a help', async () => {
    await using t = await makeTestService()
    const { families } = await scrapeOf(t)
    assert.deepEqual([...families.keys()].toSorted(), Object.keys(MOVES).toSorted())
    for (const [name, { help, type }] of families) {
      assert.match(help, /^[A-Z1].{15,}[.]$/, name)
      assert.equal(name.endsWith('_total'), type === 'counter', name)
    }
  })

  it('name no client, no key, no sale, no record and no address', async () => {
    await using t = await makeTestService()
    const key = await t.key('acme-client', 'sales:create', 'contacts:read')
    const headers = { 'x-request-id': 'order-4711', 'idempotency-key': 'order-4711' }
    await get(t, key, `/getContact?email=${EMAIL}`)
    const saleId = saleIdOf(await post(t, key, SALE, headers))
    const [known] = await t.store.keys.list()
    const sale = await t.store.saleReader.show(saleId, undefined)
    const { samples } = await scrapeOf(t)
    const text = JSON.stringify(samples)
    const words = [key, known?.id, saleId, sale?.dealId, SALE.contactId, SALE.products[0].productId]
    for (const word of [...words, 'acme', 'order-4711', 'poligon', '127.0.0.1']) {
      assert.ok(word && !text.includes(word), word ?? 'nothing')
    }
    // Each label has a few values that are known beforehand; an id would be one more for each sale.
    const kinds = samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)
    assert.equal(new Set(kinds).size, kinds.length)
    assert.ok(kinds.length < 400, `${kinds.length} series`)
  })

  it('count a sale that a restart interrupted', async () => {
    await using place = await makePlace()
    const { requested, priced } = factsOf({ idempotent: false, at: place.time.clock.now() })
    await leaveSale(place, saleIdNumbered(1), [requested, priced])
    await using t = await makeTestService({}, place)
    await t.time.pass(5_000)
    const labels = { outcome: 'rolled_back', failed_step: 'interrupted' }
    assert.equal((await scrapeOf(t)).value('gateway_sales_total', labels), 1)
  })

  it('have a label for each step at which a sale can fail', async () => {
    await using t = await makeTestService()
    const { samples } = await scrapeOf(t)
    const steps = samples
      .filter(
        ({ name, labels }) => name === 'gateway_sales_total' && labels['outcome'] === 'rolled_back',
      )
      .map(({ labels }) => labels['failed_step'])
    assert.deepEqual(steps, [...FAILED_STEPS])
  })

  it('are made anew once a second at most, however many ask', async () => {
    const place = await makePlace()
    await using _ = place
    let asked = 0
    const { saleReader } = place.store
    const open = async (limit: number) => {
      asked += 1
      return saleReader.open(limit)
    }
    const store = { ...place.store, saleReader: { ...saleReader, open } }
    await using t = await makeTestService({}, { ...place, store })
    const texts = await t.time.during(Promise.all([1, 2, 3].map(() => t.metrics.text())))
    assert.equal(new Set(texts).size, 1)
    await t.time.pass(NEXT_MS - 1)
    await t.metrics.text()
    assert.equal(asked, 1)
    await t.time.pass(1)
    await t.metrics.text()
    assert.equal(asked, 2)
  })

  it('are shown without the figures of the database while that is busy', async () => {
    await using place = await makePlace()
    const open = async (): Promise<never> => {
      throw new AppError('unavailable', 'open: the database is busy')
    }
    const saleReader = { ...place.store.saleReader, open }
    await using t = await makeTestService({}, { ...place, store: { ...place.store, saleReader } })
    const { value } = await scrapeOf(t)
    assert.ok(Number.isNaN(value('gateway_oldest_open_sale_seconds')))
    assert.equal(value('gateway_outbox_waiting'), 0)
  })
})

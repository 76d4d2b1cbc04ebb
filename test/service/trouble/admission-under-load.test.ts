// More sales are asked for than can be made: those that are let in are in time, the others know at once.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type FakeZoho, makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { SaleStore } from '../../../src/application/sale/run/sale-store.port.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { post, SALE, SUCCESS } from '../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'
import { makeVirtualTestTime, type TestTime } from '../../support/time/test-time.ts'

const DEADLINE_MS = 30_000
const SETTINGS = { SALE_DEADLINE_MS: String(DEADLINE_MS), ZOHO_REQUEST_TIMEOUT_MS: '15000' }

/** Requests at once, and after them one each interval. */
const BURST = 300
const AFTER_IT = 200

/** How many times as many sales are asked for as can be made, after the requests at once. */
const TOO_MANY = 3

/** Of the sales that the slow part can make in the time, the part that is made at least. */
const USE_MIN = 0.8

type Slow = {
  readonly what: string
  /** Milliseconds of one group of writes; what comes meanwhile is in the next one. */
  readonly groupMs: number
  /** Milliseconds of the processor for each write, and for each call. */
  readonly turnMs?: number
  /**
   * Requests at once after a single sale, if not as many as later. That sale shows how long a write
   * and a call take, and not what the processor does beside them.
   */
  readonly firstBurst?: number
  /** Requests after the burst, if not `AFTER_IT`. */
  readonly afterIt?: number
  /** Milliseconds of one call to the CRM; 8 at once. */
  readonly callMs: number
  /** Sales a second that can be made at most. */
  readonly salesPerSecond: number
}

const SLOW: readonly Slow[] = [
  // 256 sales at a time, each of five groups; of two groups that overlap, one waits for the other.
  { what: 'a disk of 800 ms a group', groupMs: 800, callMs: 0, afterIt: 1_000, salesPerSecond: 32 },
  { what: 'a CRM of 500 ms a call', groupMs: 0, callMs: 500, salesPerSecond: 3.2 },
  { what: 'a CRM of 2 s a call', groupMs: 0, callMs: 2_000, salesPerSecond: 0.8 },
  {
    what: 'a processor of 10 ms a turn',
    groupMs: 0,
    turnMs: 10,
    callMs: 0,
    firstBurst: 1,
    salesPerSecond: 10,
  },
  { what: 'a disk and a CRM that are slow alike', groupMs: 300, callMs: 500, salesPerSecond: 3.2 },
]

describe('More callers than sales that can be made', () => {
  for (const slow of SLOW) {
    it(`over ${slow.what}: who is let in has an answer in half of the deadline`, async (t) => {
      const time = makeVirtualTestTime()
      await using app = await makeSlowService(slow, time)
      const key = await app.key('shop', 'sales:create')
      assert.equal((await post(app, key)).body, SUCCESS)

      const begin = time.clock.now()
      const asked: Promise<Asked>[] = []
      const intervalMs = Math.round(1_000 / (TOO_MANY * slow.salesPerSecond))
      for (const burst of [slow.firstBurst ?? BURST, BURST]) {
        for (let i = 0; i < burst; i += 1) asked.push(ask(app, key))
        for (let i = 0; i < (slow.afterIt ?? AFTER_IT); i += 1) {
          await time.pass(intervalMs)
          asked.push(ask(app, key))
        }
      }
      const answers = await time.during(Promise.all(asked))
      const tookMs = time.clock.now() - begin

      const sold = answers.filter(({ status }) => status === 200)
      const refused = answers.filter(({ status }) => status === 503)
      const ms = sold.map(({ ms }) => ms).sort((a, b) => a - b)
      const p99 = ms[Math.floor(ms.length * 0.99)] ?? Number.NaN
      const use = sold.length / ((tookMs / 1_000) * slow.salesPerSecond)
      t.diagnostic(
        `${sold.length} sold, p50 ${ms[ms.length >> 1]} ms, p99 ${p99} ms, ` +
          `${refused.length} turned away in ${Math.max(...refused.map(({ ms }) => ms))} ms, ` +
          `${Math.round(use * 100)} % of what can be made`,
      )
      assert.equal(sold.length + refused.length, answers.length)
      assert.ok(p99 < DEADLINE_MS / 2, `p99 ${p99} ms`)
      assert.ok(refused.every(({ ms }) => ms === 0))
      assert.ok(use > USE_MIN, `only ${Math.round(use * 100)} % was made`)
    })
  }
})

async function makeSlowService(
  { groupMs, callMs, turnMs = 0 }: Slow,
  time: TestTime,
): Promise<TestService> {
  const fake = makeFakeZoho({
    ...time.clock,
    referenceField: 'Gateway_Reference',
    latencyMs: callMs,
  })
  const store = await openStore(':memory:')
  const disk = makeGroups(time, groupMs)
  const processor = makeQueue(time, turnMs)
  const written = async <T>(write: () => Promise<T>) => {
    await disk()
    await processor()
    return write()
  }
  const sales: SaleStore = {
    ...store.sales,
    begin: (...first) => written(() => store.sales.begin(...first)),
    append: (append) => written(() => store.sales.append(append)),
  }
  const slowFake: FakeZoho = {
    ...fake,
    async fetch(request) {
      const answer = await fake.fetch(request)
      await processor()
      return answer
    },
  }
  const app = await makeTestService(SETTINGS, {
    fake: slowFake,
    time,
    store: { ...store, sales },
  })
  return {
    ...app,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await store.close()
    },
  }
}

/** A disk that makes all durable together that waits when it is free, in so many milliseconds. */
function makeGroups({ clock }: TestTime, ms: number): () => Promise<void> {
  let freeAt = 0
  let nextBegins = 0
  return async () => {
    if (ms === 0) return
    const now = clock.now()
    if (now >= nextBegins) {
      nextBegins = Math.max(now, freeAt)
      freeAt = nextBegins + ms
    }
    await clock.sleep(freeAt - now)
  }
}

/** Something that does one piece of work after the other, each in so many milliseconds. */
function makeQueue({ clock }: TestTime, ms: number): () => Promise<void> {
  let freeAt = 0
  return async () => {
    if (ms === 0) return
    freeAt = Math.max(freeAt, clock.now()) + ms
    await clock.sleep(freeAt - clock.now())
  }
}

type Asked = { readonly status: number; readonly ms: number }

async function ask(app: TestService, key: string): Promise<Asked> {
  const begin = app.time.clock.now()
  const { statusCode } = await app.server.inject({
    method: 'POST',
    url: '/createSales',
    headers: { 'x-api-key': key },
    payload: SALE,
  })
  return { status: statusCode, ms: app.time.clock.now() - begin }
}

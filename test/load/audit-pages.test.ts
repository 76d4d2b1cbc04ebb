import assert from 'node:assert/strict'
import process from 'node:process'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { EVENT_GROUPS } from '../../src/application/desk/event-groups.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import { countOf } from '../support/counts.ts'
import { addManyEvents } from '../support/examples/many-events.ts'
import { addManySales, BEGAN, manySaleId } from '../support/examples/many-sales.ts'
import { dealId } from '../support/examples/sale-examples.ts'
import { makeFolder } from '../support/gateway/run-gateway.ts'
import { makeTestService, type TestService } from '../support/gateway/test-service.ts'
import { makeTrueTestTime } from '../support/time/test-time.ts'

const SALES = countOf('AUDIT_SALES')
const REQUESTS = countOf('AUDIT_REQUESTS')

/** Processor time that a page may take on the server. What the runtime does beside it is repeated away. */
const PAGE_MS = 50
const REPEATS_MAX = 7

/** How much more memory the second half of many requests may hold than the first. */
const GROWTH_BYTES_MAX = 32 * 1024 * 1024

const DAY_MS = 86_400_000

/** Of each filter a value that fits most sales, one that fits few, and one that fits none. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  status: ['', 'completed', 'rolled_back', 'stuck'],
  failedStep: ['', 'quote', 'products'],
  client: ['', 'web-shop', 'rare-client', 'nobody'],
  contactId: ['', '550003', '1'],
  from: ['', day(0), day(Math.floor(SALES / 1440 / 2)), '2030-01-01'],
  to: ['', day(2), '2025-01-01'],
}

function day(number: number): string {
  return new Date(BEGAN + number * DAY_MS).toISOString().slice(0, 10)
}

describe(`The auditor's pages over ${SALES} sales`, () => {
  it('are each made in time, whatever the filters, and take no more memory with time', async (t) => {
    await using folder = await makeFolder()
    const path = `${folder.path}/gateway.db`
    const store = await openStore(path)
    try {
      const filledMs = await timeOf(async () => {
        await addManySales(store.sales, SALES)
        await addManyEvents(store.eventLog, SALES)
      })
      t.diagnostic(`${SALES} sales written in ${Math.round(filledMs)} ms`)
      await using app = await makeTestService(
        { LOG_LEVEL: 'error' },
        { store, time: makeTrueTestTime() },
      )
      const key = await app.key('auditor', 'audit:read')
      const urls = [
        ...lists(),
        ...periods(),
        ...(await olderPages(app, key)),
        ...sales(),
        ...(await beside(app, key)),
      ]

      const pages: { readonly url: string; readonly ms: number }[] = []
      for (const url of urls) {
        const ms = await quickestMs(app, key, url)
        assert.ok(ms < PAGE_MS, `${ms} ms for ${url}`)
        pages.push({ url, ms })
      }
      const worst = pages.toSorted((a, b) => b.ms - a.ms)
      const ms = worst.map((one) => one.ms)
      const at = (share: number) => (ms[Math.floor((1 - share) * ms.length)] ?? 0).toFixed(1)
      t.diagnostic(`${urls.length} addresses: median ${at(0.5)} ms, p99 ${at(0.99)} ms`)
      for (const one of worst.slice(0, 3)) t.diagnostic(`${one.ms.toFixed(1)} ms ${one.url}`)

      const growth = await growthOver(app, key, urls)
      t.diagnostic(
        `memory after ${REQUESTS} requests: ${(growth / 1024 / 1024).toFixed(1)} MiB more`,
      )
      assert.ok(growth < GROWTH_BYTES_MAX, `${growth} bytes more`)

      const csv = await streamed(app, key)
      t.diagnostic(
        `CSV of ${csv.lines} lines in ${Math.round(csv.ms)} ms, ` +
          `${(csv.growth / 1024 / 1024).toFixed(1)} MiB more in its second half`,
      )
      assert.equal(csv.lines, SALES + 1)
      assert.ok(csv.growth < GROWTH_BYTES_MAX, `${csv.growth} bytes more`)
    } finally {
      await store.close()
    }
  })
})

/** Every combination of the values. */
function lists(): readonly string[] {
  let queries: readonly string[] = ['']
  for (const [name, values] of Object.entries(VALUES)) {
    queries = queries.flatMap((query) => values.map((value) => `${query}&${name}=${value}`))
  }
  return queries.map((query) => `/audit?${query.slice(1)}`)
}

async function olderPages(app: TestService, key: string): Promise<readonly string[]> {
  const cursors = [0.9, 0.5, 0.1].map((share) => Math.ceil(SALES * 6 * share))
  const urls = cursors.map((cursor) => `/audit?client=web-shop&after=${cursor}`)
  for (const url of urls) assert.match((await ask(app, key, url)).body, /<tr role="row"><td/)
  return urls
}

/** A month, all of the sales by months, and one in a zone. */
function periods(): readonly string[] {
  return [
    'from=2026-01-01&to=2026-02-01',
    'from=2026-01-01&to=2027-01-01',
    'from=2026-01-01&to=2026-04-01&zone=Europe/Istanbul',
  ].map((query) => `/audit/period?${query}`)
}

function sales(): readonly string[] {
  return [1, 20, Math.ceil(SALES / 2), SALES].map((n) => `/audit/sales/${manySaleId(n)}`)
}

/** The pages beside the sales, and what the search finds by each thing that it takes. */
async function beside(app: TestService, key: string): Promise<readonly string[]> {
  const middle = new Date(BEGAN + Math.floor(SALES / 1440 / 8) * DAY_MS).toISOString()
  const events = ['', ...EVENT_GROUPS.map((group) => `group=${group}`)]
  const of = ['key&who=00000001', 'client&who=auditor', 'operator&who=nobody']
  const places = [`after=${middle}_1`, `before=${middle}_1`, 'before=0', `from=${middle}`]
  const [made] = await app.store.keys.list()
  const sale = manySaleId(Math.ceil(SALES / 2))
  const texts = [sale, sale.slice(-8), dealId, '550003', 'request-9', 'order-1', 'web', 'nobody']
  const urls = [
    ...[...events, ...of.map((one) => `of=${one}`), ...places].map((one) => `/audit/events?${one}`),
    '/audit/events/1',
    `/audit/keys/${made?.id}`,
    ...['', 'before=0', `to=${middle}`].map((one) => `/audit/checkpoints?${one}`),
    ...texts.map((text) => `/audit/find?q=${text}`),
  ]
  assert.match((await ask(app, key, '/audit/events?group=signIns')).body, /id="event-/)
  return urls
}

async function ask(app: TestService, key: string, url: string) {
  const headers = { 'x-api-key': key, accept: 'text/html' }
  // As a socket would, it lets the runtime free what it frees between two turns of its loop.
  await nextTurn()
  const answer = await app.server.inject({ method: 'GET', url, headers })
  // The search and the address of an event lead to the page that was meant.
  assert.ok([200, 303].includes(answer.statusCode), `${answer.statusCode} for ${url}`)
  return answer
}

/** The quickest of its repeats; there are many addresses, so what is in time is not repeated. */
async function quickestMs(app: TestService, key: string, url: string): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < REPEATS_MAX && quickest >= PAGE_MS; repeat += 1) {
    quickest = Math.min(quickest, await cpuMsOf(() => ask(app, key, url)))
  }
  return quickest
}

async function cpuMsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

/** How much higher the peak of memory is in the second half of the requests, in bytes. */
async function growthOver(app: TestService, key: string, urls: readonly string[]): Promise<number> {
  const peaks = [0, 0]
  for (let request = 0; request < REQUESTS; request += 1) {
    await ask(app, key, urls[(request * 7) % urls.length] ?? '/audit')
    const half = request < REQUESTS / 2 ? 0 : 1
    peaks[half] = Math.max(peaks[half] ?? 0, process.memoryUsage().rss)
  }
  return (peaks[1] ?? 0) - (peaks[0] ?? 0)
}

/**
 * Reads the CSV of all sales over a socket, as fast as it comes. Its growth is how much higher the
 * peak of memory is in the second half of the lines: a file that is kept whole grows to its end.
 */
async function streamed(app: TestService, key: string) {
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 })
  const begin = performance.now()
  const answer = await fetch(`${url}/audit/sales.csv`, { headers: { 'x-api-key': key } })
  assert.ok(answer.body !== null)
  let lines = 0
  const peaks = [0, 0]
  for await (const chunk of answer.body) {
    for (const byte of chunk) if (byte === 10) lines += 1
    const half = lines < SALES / 2 ? 0 : 1
    peaks[half] = Math.max(peaks[half] ?? 0, process.memoryUsage().rss)
  }
  const growth = (peaks[1] ?? 0) - (peaks[0] ?? 0)
  return { lines, growth, ms: performance.now() - begin }
}

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import process from 'node:process'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { countOf } from '../support/counts.ts'
import { chanceFaults } from '../support/examples/chance-faults.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import { runGateway } from '../support/gateway/run-gateway.ts'
import { makeSite, type Site } from './site/site.ts'

const STOPPED_S = countOf('STOPPED_S')
const CALLERS = 12
const LOADED_MS = 700

/** A second process has to be refused so soon: the fastest of a few, because the machine is shared. */
const REFUSED_WITHIN_MS = 5_000
const SECOND_PROCESSES = 3

const FAULTS = chanceFaults(
  ['create:*'],
  [
    [{ type: 'status' }, 0.03],
    [{ type: 'resetAfter' }, 0.03],
    [{ type: 'lateApply', afterMs: 150 }, 0.03],
    [{ type: 'slow', ms: 300 }, 0.03],
  ],
)

describe('A gateway stopped by SIGSTOP', { concurrency: true }, () => {
  it(`goes on after ${STOPPED_S} s as if nothing had been, and nobody took its place`, async (t) => {
    await using site = await makeSite()
    await site.fake.settings({
      latency: { type: 'uniform', minMs: 10, maxMs: 60 },
      chanceFaults: FAULTS,
    })
    await using gateway = await site.start()
    const over = new AbortController()
    const callers = Array.from({ length: CALLERS }, () =>
      keepAsking(site, gateway.url, over.signal),
    )
    try {
      await sleep(LOADED_MS)
      process.kill(gateway.pid, 'SIGSTOP')
      await sleep(STOPPED_S * 500)
      const refusals = await tryToServeBeside(site)
      t.diagnostic(`second processes were refused in ${refusals.join(', ')} ms`)
      assert.ok(Math.min(...refusals) < REFUSED_WITHIN_MS)
      await sleep(STOPPED_S * 500)
      process.kill(gateway.pid, 'SIGCONT')
      await sleep(LOADED_MS)
    } finally {
      over.abort()
    }
    await Promise.all(callers)
    await site.fake.settings({ chanceFaults: [] })
    await untilSold(site, gateway.url)
    await site.settle(gateway.url)
    const { sales, completed } = await site.judge(gateway.url)
    const failed = site.ledger.told.filter(({ status }) => status === 500).length
    const broken = site.ledger.told.filter(({ status }) => status === undefined).length
    t.diagnostic(`${sales} sales, ${completed} completed, ${failed} told 500, ${broken} broken off`)
    assert.equal(await gateway.stop(), 0)
  })

  // Zoho makes the record while we stand still: our time-out and the settle time are long over
  // when we see anything of it.
  for (const kind of [
    { type: 'slow', ms: 1_500 },
    { type: 'timeoutAfter' },
    { type: 'lateApply', afterMs: 2_500, leaving: 'nothing' },
    { type: 'lateApply', afterMs: 2_500, leaving: 'reset' },
  ] as const) {
    const name = 'leaving' in kind ? `${kind.type}, ${kind.leaving}` : kind.type
    it(`leaves nothing of a create that Zoho answers so meanwhile: ${name}`, async (t) => {
      await using site = await makeSite()
      await using gateway = await site.start()
      for (const operation of ['create:Deals', 'create:Quotes', 'create:Sales_Orders'] as const) {
        await untilSold(site, gateway.url)
        await site.fake.addFault({ operation, kind })
        const told = [{ body: SALE }, { body: SALE, key: randomUUID() }].map((ask) =>
          site.ledger.ask(gateway.url, ask),
        )
        await untilSeen(site, operation)
        process.kill(gateway.pid, 'SIGSTOP')
        await sleep(LATER_THAN_ALL_MS)
        process.kill(gateway.pid, 'SIGCONT')
        await Promise.all(told)
        await site.fake.clearFaults()
      }
      await site.settle(gateway.url)
      const { sales, completed } = await site.judge(gateway.url)
      t.diagnostic(`${sales} sales, ${completed} completed`)
      assert.equal(sales, 9)
    })
  }
})

/** Longer than the request time-out, the deadline, the settle time and the late records here. */
const LATER_THAN_ALL_MS = 5_000

const SOLD_AGAIN_MS = 250
const SOLD_TRIES_MAX = 120

const SEEN_POLL_MS = 10
const SEEN_TRIES_MAX = 500

/** Milliseconds until each of a few second processes was refused, one after the other. */
async function tryToServeBeside({ settings }: Site): Promise<readonly number[]> {
  const tookMs: number[] = []
  for (let tried = 0; tried < SECOND_PROCESSES; tried += 1) {
    const begin = performance.now()
    const second = await runGateway(['serve'], settings)
    tookMs.push(Math.round(performance.now() - begin))
    assert.equal(second.code, 2)
    assert.match(second.stderr, /is being served by another process/)
  }
  return tookMs
}

/** One caller, with its next sale as soon as it has its answer; half of them with a key. */
async function keepAsking(site: Site, url: string, over: AbortSignal): Promise<void> {
  for (let asked = 0; !over.aborted; asked += 1) {
    const key = asked % 2 === 0 ? { key: randomUUID() } : {}
    const { status } = await site.ledger.ask(url, { body: SALE, ...key })
    if (status === 503) await sleep(SOLD_AGAIN_MS)
  }
}

/** Calls whose time ran out while we stood still make Zoho look slow, or gone, for a moment. */
async function untilSold(site: Site, url: string): Promise<void> {
  for (let tries = 0; tries < SOLD_TRIES_MAX; tries += 1) {
    const { status } = await site.ledger.ask(url, { body: SALE })
    if (status === 200) return
    assert.equal(status, 503)
    await sleep(SOLD_AGAIN_MS)
  }
  throw new Error('it does not go on')
}

async function untilSeen(site: Site, operation: string): Promise<void> {
  const { length } = await seen()
  for (let tries = 0; tries < SEEN_TRIES_MAX; tries += 1) {
    if ((await seen()).length > length) return
    await sleep(SEEN_POLL_MS)
  }
  throw new Error(`no ${operation} was seen in time`)

  async function seen() {
    return (await site.fake.journal()).filter((entry) => entry.operation === operation)
  }
}

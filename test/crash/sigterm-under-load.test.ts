import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { countOf } from '../support/counts.ts'
import { chanceFaults } from '../support/examples/chance-faults.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import { salesOf } from './site/at-rest.ts'
import { makeSite, type Site } from './site/site.ts'

const REPEATS = countOf('SIGTERMS')
const CALLERS = 50

/** More than the deadline and the 3 s that a failed sale's answer may take after it. */
const GRACE_MS = 10_000

const FAULTS = chanceFaults(
  ['create:*', 'delete:*'],
  [
    [{ type: 'refuse' }, 0.02],
    [{ type: 'status' }, 0.02],
    [{ type: 'resetAfter' }, 0.02],
    [{ type: 'lateApply', afterMs: 150 }, 0.02],
    [{ type: 'timeoutAfter' }, 0.02],
  ],
)

describe('A gateway that is stopped while fifty callers wait', () => {
  it('gives each its true answer, or has begun nothing for it', async (t) => {
    await using site = await makeSite({ settings: { SHUTDOWN_GRACE_MS: String(GRACE_MS) } })
    await site.fake.settings({
      latency: { type: 'uniform', minMs: 10, maxMs: 40 },
      chanceFaults: FAULTS,
    })
    const left: number[] = []
    for (let time = 1; time <= REPEATS; time += 1) {
      const gateway = await site.start()
      left.push(await unfinished(site, gateway.url))
      const callers = Array.from({ length: CALLERS }, (_, index) =>
        askSoon(site, gateway.url, index),
      )
      await sleep(100 + time * 40)
      const begin = performance.now()
      assert.equal(await gateway.stop(), 0)
      const tookMs = performance.now() - begin
      assert.ok(tookMs < GRACE_MS, `it took ${tookMs} ms to stop`)
      await Promise.all(callers)
    }
    const unanswered = site.ledger.told.filter(({ status }) => status === undefined)
    await site.fake.settings({ chanceFaults: [] })
    const verdict = await site.rest()
    // A connection that was refused or broken off is as good as a 503: nothing was begun.
    const begun = new Set(salesOf(site.history.lines()).map(({ requestId }) => requestId))
    for (const { requestId } of unanswered) {
      assert.ok(!begun.has(requestId), `${requestId} was begun and not answered`)
    }
    const count = (status: number) => site.ledger.told.filter((one) => one.status === status).length
    t.diagnostic(
      `${REPEATS} SIGTERMs, ${verdict.sales} sales; answers: ${count(200)} × 200, ${count(500)} × 500, ` +
        `${count(503)} × 503, ${count(409)} × 409, ${unanswered.length} refused; ` +
        `left to the next start: ${left.reduce((sum, one) => sum + one, 0)}`,
    )
  })
})

/** Callers come over a while, so that some arrive during and after the signal. */
async function askSoon(site: Site, url: string, index: number): Promise<void> {
  await sleep(index * 8)
  const key = index % 2 === 0 ? { key: randomUUID() } : {}
  await site.ledger.ask(url, { body: SALE, ...key })
}

async function unfinished(site: Site, url: string): Promise<number> {
  await site.history.follow(url)
  return salesOf(site.history.lines()).filter((sale) => !sale.isAtRest).length
}

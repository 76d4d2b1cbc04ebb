import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, makeClient } from '../../src/infrastructure/demo/client.ts'
import { makeStage } from '../../src/infrastructure/demo/stage.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import { assertWholeOrNothing } from '../support/whole-or-nothing.ts'

/** A refresh that nobody ended is believed to be under way for four seconds. */
const ABLE_WITHIN_MS = 20_000
const READY_POLL_MS = 100

/** Of a sale, the renewal before its Quote: after the reads and the Deal have had theirs. */
const QUOTE_RENEWAL = 3

describe('A gateway killed while it renews the token', { concurrency: true }, () => {
  for (const moment of ['before', 'after'] as const) {
    for (const key of [undefined, 'order-4711']) {
      it(`${moment} the answer, ${key ?? 'no key'}: the next one renews it and goes on`, async (t) => {
        await using stage = await makeStage({ latencyMs: 5, settleMs: 200 })
        // Too short to be kept: each call begins with a renewal.
        stage.fake.settings.change({ tokenLifeSeconds: 30 })
        const gateway = await stage.start()
        let renewals = 0
        stage.fake.hooks[moment] = async (operation) => {
          if (operation !== 'token') return
          renewals += 1
          if (renewals === QUOTE_RENEWAL) await gateway.kill()
        }
        assert.equal(await makeClient(gateway.url, stage.key).sell(SALE, key), undefined)
        stage.fake.hooks[moment] = undefined
        stage.fake.settings.change({ tokenLifeSeconds: 3_600 })
        assert.equal(stage.fake.records.live('Deals').length, 1)
        assert.equal(stage.fake.records.live('Quotes').length, 0)

        const begin = performance.now()
        await using next = await stage.start()
        const client = makeClient(next.url, stage.key)
        const sale = await client.newestAtRest()
        assertWholeOrNothing(stage.fake.records, sale)
        await untilReady(client)
        const tookMs = performance.now() - begin
        t.diagnostic(`1 kill; ready, and at rest, ${Math.round(tookMs)} ms after the start`)
        assert.ok(tookMs < ABLE_WITHIN_MS, `it took ${tookMs} ms`)
        assert.equal(sale.status, key === undefined ? 'rolled_back' : 'completed')
        assert.equal((await client.sell(SALE))?.status, 200)
      })
    }
  }
})

/** Until the token is renewed it cannot be asked whether the CRM is fit for sales. */
async function untilReady(client: Client): Promise<void> {
  for (let waitedMs = 0; waitedMs < ABLE_WITHIN_MS; waitedMs += READY_POLL_MS) {
    if ((await client.get('/readyz')).status === 200) return
    await sleep(READY_POLL_MS)
  }
}

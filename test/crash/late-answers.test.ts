import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Operation } from '../../src/adapters/fake-zoho/faults/operation.ts'
import { makeClient } from '../../src/infrastructure/demo/client.ts'
import { makeStage } from '../../src/infrastructure/demo/stage.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import { assertWholeOrNothing } from '../support/whole-or-nothing.ts'

/** Longer than the latest of the late records below. */
const SETTLE_MS = 5_500

describe('A gateway killed while Zoho is slow', { concurrency: true }, () => {
  // The create whose answer is lost, and milliseconds until Zoho makes its record all the same.
  const LATE = [
    ['create:Deals', 100],
    ['create:Deals', 5_000],
    ['create:Quotes', 2_000],
    ['create:Sales_Orders', 5_000],
  ] as const
  for (const [operation, afterMs] of LATE) {
    it(`leaves nothing of a ${operation} that is applied ${afterMs} ms late`, async () => {
      await Promise.all([
        killWhileLate(operation, afterMs, undefined),
        killWhileLate(operation, afterMs, 'order-4711'),
      ])
    })
  }
})

async function killWhileLate(operation: Operation, afterMs: number, key: string | undefined) {
  await using stage = await makeStage({ latencyMs: 5, settleMs: SETTLE_MS })
  await using gateway = await stage.start()
  stage.fake.faults.add({ operation, kind: { type: 'lateApply', afterMs } })
  // The repeat never arrives: the gateway is dead before it is applied.
  let seen = 0
  stage.fake.hooks.before = async (met) => {
    if (met !== operation) return
    seen += 1
    if (seen < 2) return
    stage.fake.hooks.before = undefined
    await gateway.kill()
  }
  assert.equal(await makeClient(gateway.url, stage.key).sell(SALE, key), undefined)
  await using again = await stage.start()
  const sale = await makeClient(again.url, stage.key).newestAtRest()
  assertWholeOrNothing(stage.fake.records, sale)
  assert.equal(sale.status, key === undefined ? 'rolled_back' : 'completed')
}

describe('A gateway that is started again', () => {
  it('makes no token refresh while the last token lives, however often in a minute', async () => {
    await using stage = await makeStage({ latencyMs: 1, settleMs: 200 })
    for (let start = 0; start < 3; start += 1) {
      await using gateway = await stage.start()
      assert.equal((await makeClient(gateway.url, stage.key).sell(SALE))?.status, 200)
      await gateway.kill()
    }
    const refreshes = stage.fake.journal.filter(({ operation }) => operation === 'token')
    assert.equal(refreshes.length, 1)
  })
})

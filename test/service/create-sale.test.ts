import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { AppError } from '../../src/application/base/errors.ts'
import type { SaleStore } from '../../src/application/sale/run/sale-store.port.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import {
  assertNothingStarted,
  calls,
  errorMessage,
  FAILED,
  holdAt,
  live,
  onlySale,
  PATIENT,
  post,
  SALE,
  SUCCESS,
  until,
  untilEvent,
} from '../support/gateway/http-requests.ts'
import { listen, saleBytes, sendRaw } from '../support/gateway/raw-request.ts'
import { makeTestService } from '../support/gateway/test-service.ts'

/** The service over a store of which some methods are others. */
async function makeAppOver(
  change: (sales: SaleStore) => Partial<SaleStore>,
  settings: Readonly<Record<string, string>> = {},
) {
  const store = await openStore(':memory:')
  const sales = { ...store.sales, ...change(store.sales) }
  const t = await makeTestService(settings, { store: { ...store, sales } })
  return {
    ...t,
    async [Symbol.asyncDispose]() {
      await t[Symbol.asyncDispose]()
      await store.close()
    },
  }
}

function failing(code: AppError['code']): () => Promise<never> {
  return () => Promise.reject(new AppError(code, 'begin: the disk is full'))
}

describe('createSale over a database in trouble', () => {
  it('starts nothing when the sale cannot be recorded', async () => {
    await using t = await makeAppOver(() => ({ begin: failing('unavailable') }))
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.statusCode, 503)
    assert.match(errorMessage(answer), /nothing was started/)
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    assert.equal(answer.headers['sale-id'], undefined)
    await assertNothingStarted(t)
    assert.deepEqual(t.lost, [])
  })

  it('starts nothing when the claim on a key cannot be looked for', async () => {
    await using t = await makeAppOver(() => ({ findClaim: failing('unavailable') }))
    const key = await t.key('shop', 'sales:create')
    const answer = await post(t, key, SALE, { 'idempotency-key': 'k' })
    assert.equal(answer.statusCode, 503)
    assert.match(errorMessage(answer), /nothing was started/)
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    await assertNothingStarted(t)
  })

  it('cuts the connection when nobody knows whether the sale is recorded', async () => {
    await using t = await makeAppOver(() => ({ begin: failing('lost') }))
    const key = await t.key('shop', 'sales:create')
    assert.equal(await sendRaw(await listen(t), saleBytes(key)), '')
    assert.equal(t.lost.length, 1)
    assert.deepEqual(calls(t, ''), [])
  })

  it('cuts the connection when the disk fails at the look for the claim, and stops', async () => {
    await using t = await makeAppOver(() => ({ findClaim: failing('lost') }))
    const key = await t.key('shop', 'sales:create')
    const bytes = saleBytes(key).replace('\r\n\r\n', '\r\nIdempotency-Key: k\r\n\r\n')
    assert.equal(await sendRaw(await listen(t), bytes), '')
    assert.equal(t.lost.length, 1)
  })

  for (const [code, losses] of [
    ['lost', 1],
    ['conflict', 0],
  ] as const) {
    it(`cuts the connection when the log is ${code} in mid-sale, and stops there`, async () => {
      let appends = 0
      await using t = await makeAppOver((sales) => ({
        append: (append) => {
          appends += 1
          return appends === 3 ? failing(code)() : sales.append(append)
        },
      }))
      const key = await t.key('shop', 'sales:create')
      assert.equal(await sendRaw(await listen(t), saleBytes(key)), '')
      assert.equal(t.lost.length, losses)
      assert.deepEqual(calls(t, 'create:'), ['create:Deals', 'create:Quotes'])
      assert.equal((await onlySale(t)).status, 'in_progress')
    })
  }

  it('cuts the connection of a sale that meets a bug, and of no other', async () => {
    let appends = 0
    await using t = await makeAppOver((sales) => ({
      append: (append) => {
        appends += 1
        return appends === 1 ? Promise.reject(new TypeError('a bug')) : sales.append(append)
      },
    }))
    const key = await t.key('shop', 'sales:create')
    assert.equal(await sendRaw(await listen(t), saleBytes(key)), '')
    assert.equal((await post(t, key)).body, SUCCESS)
    assert.deepEqual(t.lost, [])
  })

  it('waits with an answer until the database takes what came of a call', async () => {
    let refusals = 3
    await using t = await makeAppOver((sales) => ({
      append: (append) => {
        refusals -= 1
        return refusals >= 0 ? failing('unavailable')() : sales.append(append)
      },
    }))
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.body, SUCCESS)
    assert.deepEqual(live(t), [1, 1, 1])
    assert.equal(calls(t, 'create:').length, 3)
  })
})

describe('createSale', () => {
  it('turns away what is over 256 callers, before anything of it is recorded', async () => {
    // All of them are there before the first is recorded.
    const recorded = Promise.withResolvers<void>()
    const slow = (sales: SaleStore): Partial<SaleStore> => ({
      begin: async (...args) => recorded.promise.then(() => sales.begin(...args)),
    })
    await using t = await makeAppOver(slow, PATIENT)
    const key = await t.key('shop', 'sales:create')
    const storm = Array.from({ length: 300 }, () => post(t, key))
    const turnedAway = Promise.all(storm).then((all) => all.filter((a) => a.statusCode === 503))
    await new Promise((resolve) => setTimeout(resolve, 500))
    recorded.resolve()
    assert.equal((await turnedAway).length, 44)
    assert.equal((await t.store.saleReader.list({ limit: 999 })).sales.length, 256)
    for (const answer of await turnedAway) {
      assert.equal(errorMessage(answer), 'Too much in flight, nothing was started.')
      assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
      assert.equal(answer.headers['sale-id'], undefined)
    }
    const answers = await Promise.all(storm)
    assert.equal(answers.filter(({ body }) => body === SUCCESS).length, 256)
    assert.equal((await post(t, key)).body, SUCCESS)
  })

  it('goes on with the sale of a caller that hangs up', async () => {
    await using t = await makeTestService(PATIENT)
    const key = await t.key('shop', 'sales:create')
    const held = holdAt(t, 'create:Quotes')
    const socket = connect(await listen(t), '127.0.0.1')
    socket.write(saleBytes(key))
    await held.arrived
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 50))
    held.release()
    const { saleId } = await onlySale(t)
    await untilEvent(t, saleId, 'SaleCompleted')
    assert.deepEqual(live(t), [1, 1, 1])
  })

  it('sells to many at once, each sale with its own records', async () => {
    await using t = await makeTestService(PATIENT)
    const key = await t.key('shop', 'sales:create')
    t.fake.faults.add({ operation: 'create:Quotes', nth: 5, times: 3, kind: { type: 'refuse' } })
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(t, key)))
    assert.equal(answers.filter(({ body }) => body === SUCCESS).length, 37)
    assert.equal(answers.filter(({ body }) => body === FAILED).length, 3)
    assert.deepEqual(live(t), [37, 37, 37])
    await until('each failure is told', () => t.mails.length === 3)
    assert.equal(new Set(t.mails.map(({ saleId }) => saleId)).size, 3)
    assert.equal(calls(t, 'token').length, 1)
  })
})

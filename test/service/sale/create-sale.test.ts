// createSale over a database in trouble, with too many callers, and with callers that hang up.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { AppError } from '../../../src/application/base/errors.ts'
import type { SaleStore } from '../../../src/application/sale/run/sale-store.port.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import {
  assertNothingBegun,
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
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { listen, saleBytes, sendRaw } from '../../support/gateway/raw-request.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'
import { makeTrueTestTime, type TestTime } from '../../support/time/test-time.ts'

/** The service over a store of which some methods are others; in virtual time, unless it is given one. */
async function makeServiceOver(change: (sales: SaleStore) => Partial<SaleStore>, time?: TestTime) {
  const store = await openStore(':memory:')
  const sales = { ...store.sales, ...change(store.sales) }
  const t = await makeTestService({}, { store: { ...store, sales }, ...(time && { time }) })
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
    await using t = await makeServiceOver(() => ({ begin: failing('unavailable') }))
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.statusCode, 503)
    assert.match(errorMessage(answer), /nothing was started/)
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    assert.equal(answer.headers['sale-id'], undefined)
    await assertNothingBegun(t)
    assert.deepEqual(t.lost, [])
  })

  it('starts nothing when the claim on a key cannot be looked for', async () => {
    await using t = await makeServiceOver(() => ({ findClaim: failing('unavailable') }))
    const key = await t.key('shop', 'sales:create')
    const answer = await post(t, key, SALE, { 'idempotency-key': 'k' })
    assert.equal(answer.statusCode, 503)
    assert.match(errorMessage(answer), /nothing was started/)
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    await assertNothingStarted(t)
  })

  it('cuts the connection when nobody knows whether the sale is recorded', async () => {
    await using t = await makeServiceOver(() => ({ begin: failing('lost') }), makeTrueTestTime())
    const key = await t.key('shop', 'sales:create')
    assert.equal(await sendRaw(await listen(t), saleBytes(key)), '')
    assert.equal(t.lost.length, 1)
    await assertNothingBegun(t)
  })

  it('cuts the connection when the disk fails at the look for the claim, and stops', async () => {
    await using t = await makeServiceOver(
      () => ({ findClaim: failing('lost') }),
      makeTrueTestTime(),
    )
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
      const change = (sales: SaleStore): Partial<SaleStore> => ({
        append: (append) => {
          appends += 1
          return appends === 3 ? failing(code)() : sales.append(append)
        },
      })
      await using t = await makeServiceOver(change, makeTrueTestTime())
      const key = await t.key('shop', 'sales:create')
      assert.equal(await sendRaw(await listen(t), saleBytes(key)), '')
      assert.equal(t.lost.length, losses)
      assert.deepEqual(calls(t, 'create:'), ['create:Deals', 'create:Quotes'])
      assert.equal((await onlySale(t)).status, 'in_progress')
    })
  }

  it('cuts the connection of a sale that meets a bug, and of no other', async () => {
    let appends = 0
    const change = (sales: SaleStore): Partial<SaleStore> => ({
      append: (append) => {
        appends += 1
        return appends === 1 ? Promise.reject(new TypeError('a bug')) : sales.append(append)
      },
    })
    await using t = await makeServiceOver(change, makeTrueTestTime())
    const key = await t.key('shop', 'sales:create')
    assert.equal(await sendRaw(await listen(t), saleBytes(key)), '')
    assert.equal((await post(t, key)).body, SUCCESS)
    assert.deepEqual(t.lost, [])
  })

  it('waits with an answer until the database takes what came of a call', async () => {
    let refusals = 3
    await using t = await makeServiceOver((sales) => ({
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
    let there = 0
    const slow = (sales: SaleStore): Partial<SaleStore> => ({
      async begin(...args) {
        there += 1
        await recorded.promise
        return sales.begin(...args)
      },
    })
    await using t = await makeServiceOver(slow)
    const key = await t.key('shop', 'sales:create')
    const storm = Array.from({ length: 300 }, async () => {
      const answer = await post(t, key)
      if (answer.statusCode === 503) there += 1
      return answer
    })
    const turnedAway = Promise.all(storm).then((all) => all.filter((a) => a.statusCode === 503))
    await t.time.until('all are there', () => there === 300)
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
    await using t = await makeTestService(PATIENT, { time: makeTrueTestTime() })
    const key = await t.key('shop', 'sales:create')
    const held = holdAt(t, 'create:Quotes')
    const port = await listen(t)
    const connected = once(t.server.server, 'connection')
    const socket = connect(port, '127.0.0.1')
    socket.write(saleBytes(key))
    const [connection] = await connected
    const hungUp = once(connection, 'close')
    await held.arrived()
    socket.destroy()
    await hungUp
    held.release()
    const { saleId } = await onlySale(t)
    await untilEvent(t, saleId, 'SaleCompleted')
    assert.deepEqual(live(t), [1, 1, 1])
  })

  it('sells to many at once, each sale with its own records', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    t.fake.faults.add({ operation: 'create:Quotes', nth: 5, times: 3, kind: { type: 'refuse' } })
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(t, key)))
    assert.equal(answers.filter(({ body }) => body === SUCCESS).length, 37)
    assert.equal(answers.filter(({ body }) => body === FAILED).length, 3)
    assert.deepEqual(live(t), [37, 37, 37])
    await t.time.until('each failure is reported', () => t.mails.length === 3)
    assert.equal(new Set(t.mails.map(({ saleId }) => saleId)).size, 3)
    assert.equal(calls(t, 'token').length, 1)
  })
})

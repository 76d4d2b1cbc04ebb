// A service that stops answers its callers, and leaves the rest to the next start.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SaleStore } from '../../../src/application/sale/run/sale-store.port.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import { saleIdOf as exampleId } from '../../support/examples/store-examples.ts'
import {
  calls,
  errorMessage,
  eventTypes,
  FAILED,
  holdAt,
  live,
  onlySale,
  PATIENT,
  post,
  SUCCESS,
  saleIdOf,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makePlace } from '../../support/gateway/place.ts'
import { listen, parseAnswer, saleBytes, sendRaw } from '../../support/gateway/raw-request.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'
import { makeTrueTestTime } from '../../support/time/test-time.ts'
import { until } from '../../support/time/until.ts'

describe('A service that stops', () => {
  it('answers the caller of a running sale, and begins no other', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    const held = holdAt(t, 'create:Deals')
    const running = post(t, key)
    await held.arrived()
    const stopped = t.stop()
    const late = await post(t, key)
    assert.equal(late.statusCode, 503)
    assert.equal(errorMessage(late), 'The service is stopping, nothing was started.')
    assert.equal(late.headers['retry-after'], '2')
    assert.equal(late.headers['connection'], 'close')
    assert.equal(late.headers['sale-id'], undefined)
    held.release()
    const answer = await running
    assert.equal(answer.body, SUCCESS)
    assert.equal(answer.headers['connection'], 'close')
    await stopped
    assert.equal((await onlySale(t)).status, 'completed')
  })

  it('answers the caller of a sale that was just being recorded', async () => {
    const store = await openStore(':memory:')
    const arrived = Promise.withResolvers<void>()
    const letGo = Promise.withResolvers<void>()
    const begin: SaleStore['begin'] = async (...args) => {
      arrived.resolve()
      await letGo.promise
      return store.sales.begin(...args)
    }
    {
      await using t = await makeTestService(PATIENT, {
        store: { ...store, sales: { ...store.sales, begin } },
        time: makeTrueTestTime(),
      })
      const bytes = saleBytes(await t.key('shop', 'sales:create'))
      const answering = sendRaw(await listen(t), bytes)
      await arrived.promise
      const stopped = t.stop()
      await until('the port is closed', () => !t.server.server.listening)
      letGo.resolve()
      assert.equal(parseAnswer(await answering).body, SUCCESS)
      await stopped
      assert.equal((await onlySale(t)).status, 'completed')
    }
    await store.close()
  })

  it('answers the caller of a sale that is rolled back', async () => {
    await using t = await makeTestService()
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    const held = holdAt(t, 'delete:Deals')
    const running = post(t, await t.key('shop', 'sales:create'))
    await held.arrived()
    const stopped = t.stop()
    held.release()
    assert.equal((await running).body, FAILED)
    await stopped
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('leaves a rollback that waits to the next start', async () => {
    await using place = await makePlace()
    const { requested, priced, deal, failed } = factsOf({
      idempotent: false,
      at: place.time.clock.now(),
    })
    await leaveSale(place, exampleId(1), [requested, priced, deal, failed])
    place.fake.faults.add({
      operation: 'delete:Deals',
      times: Infinity,
      kind: { type: 'refuse' },
    })
    {
      await using t = await makeTestService({}, place)
      await untilEvent(t, exampleId(1), 'SaleInterrupted')
      const begin = t.time.clock.now()
      await t.stop()
      assert.equal(t.time.clock.now(), begin, 'does not wait for the next attempt')
    }
    const callsMade = place.fake.journal.length
    await place.time.pass(60_000)
    assert.equal(place.fake.journal.length, callsMade)
    place.fake.faults.clear()
    await using t = await makeTestService({}, place)
    await untilEvent(t, exampleId(1), 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('leaves the second look of a completed sale to the next start', async () => {
    await using place = await makePlace()
    let saleId = exampleId(1)
    {
      await using t = await makeTestService({ ZOHO_SETTLE_MS: '60000' }, place)
      t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'resetAfter' } })
      const answer = await post(t, await t.key('shop', 'sales:create'))
      assert.equal(answer.body, SUCCESS)
      saleId = saleIdOf(answer)
    }
    await using t = await makeTestService({}, place)
    assert.ok(!(await eventTypes(t, saleId)).includes('SaleSettled'))
    await untilEvent(t, saleId, 'SaleSettled')
    const types = await eventTypes(t, saleId)
    assert.deepEqual(types.slice(-3), ['SaleInterrupted', 'ReferenceLookedUp', 'SaleSettled'])
    assert.deepEqual(live(t), [1, 1, 1])
  })

  it('ends the call in hand of a sale without a caller, and goes on from it later', async () => {
    await using place = await makePlace()
    const { requested, priced } = factsOf({ idempotent: true, at: place.time.clock.now() })
    await leaveSale(place, exampleId(1), [requested, priced])
    {
      await using t = await makeTestService({}, place)
      const held = holdAt(t, 'create:Deals')
      await held.arrived()
      const stopped = t.stop()
      held.release()
      await stopped
      assert.equal((await eventTypes(t, exampleId(1))).at(-1), 'DealCreated')
    }
    await using t = await makeTestService({}, place)
    await untilEvent(t, exampleId(1), 'SaleSettled')
    assert.deepEqual(live(t), [1, 1, 1])
    assert.equal(calls(t, 'create:Deals').length, 1)
  })

  it('may be stopped twice', async () => {
    await using t = await makeTestService()
    await Promise.all([t.stop(), t.stop()])
  })
})

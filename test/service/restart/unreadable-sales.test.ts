// A sale whose events cannot be read holds up no other.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../../src/application/base/errors.ts'
import { factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import { POISONS, type Poison, poison } from '../../support/examples/poison.ts'
import { askToResume, saleIdOf } from '../../support/examples/store-examples.ts'
import {
  errorMessage,
  eventTypes,
  get,
  live,
  post,
  SALE,
  SUCCESS,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makePlace } from '../../support/gateway/place.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

const [before, poisoned, after] = [1, 2, 3].map(saleIdOf) as [
  ReturnType<typeof saleIdOf>,
  ReturnType<typeof saleIdOf>,
  ReturnType<typeof saleIdOf>,
]
const KEY = 'order-4711'
const BODY = { ...SALE, products: SALE.products.slice(0, 1) }

/** Three sales in mid-way, the second with a key and an event that is spoilt. */
async function makePoisoned(how: Poison) {
  const folder = await makeFolder()
  const path = `${folder.path}/gateway.db`
  const place = await makePlace(path)
  const at = place.time.clock.now()
  const request = JSON.stringify([SALE.contactId, [['550428000000111222', 2]]])
  for (const saleId of [before, poisoned, after]) {
    const { requested, priced, deal } = factsOf({ idempotent: saleId === poisoned, at })
    const claim = { client: 'shop', key: KEY, request }
    const facts =
      saleId === poisoned ? ([requested, priced, deal] as const) : ([requested, priced] as const)
    await leaveSale(place, saleId, facts, saleId === poisoned ? claim : undefined)
  }
  const heal = poison(path, poisoned, how)
  return {
    ...place,
    heal,
    poison: (other: Poison) => poison(path, poisoned, other),
    async [Symbol.asyncDispose]() {
      await place[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const unreadableEvents = async (t: TestService) =>
  (await t.store.saleReader.events(0, 999)).filter(({ type }) => type === 'SaleUnreadable')

describe('A sale whose events cannot be read', () => {
  for (const how of POISONS) {
    it(`holds up no other, and is reported once over restarts: ${how}`, async () => {
      await using place = await makePoisoned(how)
      const told: string[] = []
      for (let start = 0; start < 3; start += 1) {
        await using t = await makeTestService({}, place)
        for (const saleId of [before, after]) await untilEvent(t, saleId, 'SaleRolledBack')
        const line = /"saleId":"[^"]+2","msg":"sale cannot be read/
        await t.time.until('a line is logged', () => line.test(t.logLines.join('')))
        await t.time.until('it is reported', async () => (await unreadableEvents(t)).length > 0)
        assert.equal((await post(t, await t.key('other', 'sales:create'))).body, SUCCESS)
        await t.time.until(
          'mails are sent',
          async () => (await t.store.outbox.nextDueAt()) === undefined,
        )
        told.push(...t.mails.filter(({ about }) => about === 'unreadable').map((m) => m.messageId))
        const [event, ...more] = await unreadableEvents(t)
        assert.ok(event !== undefined && 'data' in event)
        assert.deepEqual(more, [])
        assert.equal(event.saleId, null)
        const { saleId, position } = event.data as { saleId: string; position: number | null }
        assert.equal(saleId, poisoned)
        assert.equal(typeof position, how === 'last missing' ? 'object' : 'number')
        assert.deepEqual(t.lost, [])
      }
      assert.deepEqual(told, [`${poisoned}.unreadable@localhost`])
      assert.equal(place.fake.records.live('Deals').length, 1 + 3)
    })

    it(`is never answered for, and taken up when it can be read: ${how}`, async () => {
      await using place = await makePoisoned(how)
      await using t = await makeTestService({ SALE_DEADLINE_MS: '60000' }, place)
      const key = await t.key('shop', 'admin')
      await t.time.until('it is reported', async () => (await unreadableEvents(t)).length > 0)
      const again = await post(t, key, BODY, { 'idempotency-key': KEY })
      assert.equal(again.statusCode, 409)
      assert.equal(again.headers['sale-id'], poisoned)
      assert.match(String(again.headers['retry-after']), /^\d+$/)
      assert.match(errorMessage(again), /cannot be read/)
      assert.equal((await get(t, key, '/sales')).json().sales.length, 3)
      assert.equal((await get(t, key, `/sales/${before}`)).statusCode, 200)
      const shown = await get(t, key, `/sales/${poisoned}`)
      if (how === 'broken JSON') {
        assert.equal(shown.statusCode, 500)
        assert.match(errorMessage(shown), /cannot be read/)
      } else assert.equal(shown.json().status, 'in_progress')
      const lines = (await get(t, key, '/log?limit=1000')).body.trimEnd().split('\n')
      const marked = lines.map((line) => JSON.parse(line)).filter((line) => line.unreadable)
      assert.equal(marked.length, how === 'broken JSON' ? 1 : 0)
      if (marked[0]) assert.deepEqual(marked[0], { ...marked[0], saleId: poisoned, sequence: 2 })

      const resume = () => askToResume(place.store, poisoned, t.time.clock.now())
      await resume()
      await t.time.until('it was tried', () => /asked to resume/.test(t.logLines.join('')))
      assert.equal((await unreadableEvents(t)).length, 1)
      place.heal()
      await resume()
      await untilEvent(t, poisoned, 'SaleCompleted')
      const replayed = await post(t, key, BODY, { 'idempotency-key': KEY })
      assert.equal(replayed.body, SUCCESS)
      assert.equal(live(t)[0], 1)
    })
  }

  it('is reported when the database can take it again, and holds up no other until then', async () => {
    await using place = await makePoisoned('unknown type')
    let refusals = 0
    const eventLog = {
      ...place.store.eventLog,
      recordOnce: (...told: Parameters<typeof place.store.eventLog.recordOnce>) => {
        refusals += 1
        if (refusals > 2) return place.store.eventLog.recordOnce(...told)
        return Promise.reject(new AppError('unavailable', 'the disk is full'))
      },
    }
    await using t = await makeTestService({}, { ...place, store: { ...place.store, eventLog } })
    await untilEvent(t, after, 'SaleRolledBack')
    await t.time.until('it is reported', () => t.mails.some(({ about }) => about === 'unreadable'))
    assert.equal(refusals, 3)
    assert.deepEqual((await eventTypes(t, poisoned)).at(-1), 'DealCreated')
  })

  it('is reported when its key is asked for, where it had ended before', async () => {
    await using place = await makePoisoned('missing')
    place.heal()
    await using t = await makeTestService({ SALE_DEADLINE_MS: '60000' }, place)
    await untilEvent(t, poisoned, 'SaleSettled')
    assert.deepEqual(await unreadableEvents(t), [])
    place.poison('unknown type')
    const again = await post(t, await t.key('shop', 'admin'), BODY, { 'idempotency-key': KEY })
    assert.equal(again.statusCode, 409)
    await t.time.until('it is reported', () => t.mails.some(({ about }) => about === 'unreadable'))
  })
})

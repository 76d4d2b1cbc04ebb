// A restored copy of the database holds its unfinished sales until they are named.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { migrations } from '../../../migrations/sqlite/index.ts'
import { backUp } from '../../../src/adapters/sqlite/copies/back-up.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { CREATE_STEPS } from '../../../src/domain/sale/steps.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import {
  addRecord,
  DEAL_ID,
  factsOf,
  leaveSale,
  QUOTE_ID,
  SALES_ORDER_ID,
} from '../../support/examples/left-sale.ts'
import { askToResume, saleIdOf } from '../../support/examples/store-examples.ts'
import {
  calls,
  eventTypes,
  live,
  post,
  SUCCESS,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makePlace, type Place } from '../../support/gateway/place.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'

const saleId = saleIdOf(1)
const IDS = [DEAL_ID, QUOTE_ID, SALES_ORDER_ID] as const

/** What the database looked like when the copy was made, as a restored one, beside the CRM of now. */
async function makeRestored(leave: (place: Place) => Promise<void>) {
  const folder = await makeFolder()
  const path = `${folder.path}/gateway.db`
  const file = `${folder.path}/copy.db`
  const original = await makePlace(path)
  await leave(original)
  const { fake, time } = original
  await backUp({ path, file, suffix: 'test', migrations, madeAt: time.clock.now() })
  await original[Symbol.asyncDispose]()
  const store = await openStore(file)
  return {
    store,
    fake,
    time,
    resume: () => askToResume(store, saleId, time.clock.now()),
    async [Symbol.asyncDispose]() {
      await store.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

function factsUpTo({ time }: Place, point: number, idempotent: boolean) {
  const at = time.clock.now()
  const { requested, priced, deal, quote } = factsOf({ idempotent, at })
  const later: readonly SaleEvent[] = [priced, deal, quote].slice(0, point)
  return [requested, ...later] as const
}

const POINTS = ['requested', 'priced', 'its Deal created', 'its Quote created'] as const

describe('A sale in progress in a restored copy', () => {
  for (const [point, what] of POINTS.entries()) {
    for (const idempotent of [true, false]) {
      for (const [name, from] of [
        ['while nobody serves', 'before'],
        ['while it serves', 'after'],
      ] as const) {
        const key = idempotent ? 'with a key' : 'without a key'
        it(`leaves nothing of ${what}, ${key}, however far it went since, once named ${name}`, async () => {
          await using place = await makeRestored((it) =>
            leaveSale(it, saleId, factsUpTo(it, point, idempotent)),
          )
          // The sale went on to its end after the copy was made.
          for (const [i, step] of CREATE_STEPS.entries()) {
            const id = IDS[i]
            if (id !== undefined && i >= point - 1) addRecord(place.fake, saleId, step, id)
          }
          if (from === 'before') await place.resume()
          await using t = await makeTestService({}, place)
          assert.deepEqual(t.held, from === 'before' ? [] : [saleId])
          if (from === 'after') {
            await t.time.pass(60_000)
            assert.equal((await eventTypes(t, saleId)).length, point + 1)
            assert.deepEqual(calls(t, ''), [])
            await place.resume()
          }
          await untilEvent(t, saleId, 'SaleRolledBack')
          assert.deepEqual(live(t), [0, 0, 0])
          assert.deepEqual(calls(t, 'create:'), [])
          await t.time.until('it is reported', () =>
            t.mails.some(({ about }) => about === 'failed'),
          )
          assert.equal((await post(t, await t.key('shop', 'sales:create'))).body, SUCCESS)
        })
      }
    }
  }

  it('is held again by a start that finds it not named', async () => {
    await using place = await makeRestored((it) => leaveSale(it, saleId, factsUpTo(it, 2, true)))
    for (let start = 0; start < 2; start += 1) {
      await using t = await makeTestService({}, place)
      assert.deepEqual(t.held, [saleId])
      assert.match(
        t.logLines.join(''),
        /a restored copy, or a log with an accepted loss: unfinished sales are held/,
      )
    }
    assert.deepEqual(place.fake.journal, [])
  })

  it('holds up none that began since, which a start takes up as any other', async () => {
    await using place = await makeRestored((it) => leaveSale(it, saleId, factsUpTo(it, 2, true)))
    const since = saleIdOf(2)
    await leaveSale(place, since, factsUpTo(place, 1, true))
    await using t = await makeTestService({}, place)
    assert.deepEqual(t.held, [saleId])
    await untilEvent(t, since, 'SaleSettled')
    assert.equal((await eventTypes(t, since)).includes('SaleCompleted'), true)
  })
})

describe('A rollback in a restored copy', () => {
  it('is held as well, and goes on once named', async () => {
    await using place = await makeRestored(async (it) => {
      const { requested, priced, deal, failed } = factsOf({
        idempotent: true,
        at: it.time.clock.now(),
      })
      await leaveSale(it, saleId, [requested, priced, deal, failed])
    })
    await using t = await makeTestService({}, place)
    assert.deepEqual(t.held, [saleId])
    await t.time.pass(60_000)
    assert.deepEqual(calls(t, ''), [])
    await place.resume()
    await untilEvent(t, saleId, 'SaleRolledBack')
    assert.deepEqual(live(t), [0, 0, 0])
  })
})

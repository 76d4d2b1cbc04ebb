// A start takes up every unfinished sale that can be read.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as td from 'testdouble'
import { AppError, UnreadableError } from '../../../src/application/base/errors.ts'
import type { CopiedSales } from '../../../src/application/sale/copied-sales.port.ts'
import { makeRecoverSales } from '../../../src/application/sale/recover-sales.ts'
import type { ReportUnreadable } from '../../../src/application/sale/report-unreadable.ts'
import type { RunningSales } from '../../../src/application/sale/run/running-sales.ts'
import type {
  LoadedSale,
  LoadedSales,
  SaleStore,
} from '../../../src/application/sale/run/sale-store.port.ts'
import { makeTakeUpSales } from '../../../src/application/sale/take-up-sales.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import type { Store } from '../../../src/infrastructure/service/open-store.ts'
import { makeSystemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import { saleIdOf } from '../../support/examples/store-examples.ts'
import { live, post, SUCCESS, untilEvent } from '../../support/gateway/http-requests.ts'
import { makePlace } from '../../support/gateway/place.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'

const never = new AbortController().signal

function setUp() {
  const store = td.object<SaleStore>()
  const copied = td.object<CopiedSales>()
  const sales = td.object<RunningSales>()
  const reported: Parameters<ReportUnreadable>[] = []
  const reportUnreadable: ReportUnreadable = async (saleId, error) => {
    reported.push([saleId, error])
  }
  const clock = makeSystemClock()
  td.when(copied.held()).thenResolve([])
  const takeUpSales = makeTakeUpSales({ store, sales, clock })
  const recoverSales = makeRecoverSales({ store, copied, takeUpSales, reportUnreadable, clock })
  return { store, copied, sales, reported, recoverSales }
}

const { requested } = factsOf({ idempotent: false })

function loadedOf(saleId: SaleId, isCopied = false): LoadedSale {
  return { saleId, requestId: undefined, events: [requested], client: 'shop', isCopied }
}

function pageOf(saleIds: readonly SaleId[]): LoadedSales {
  return { loaded: saleIds.map((saleId) => loadedOf(saleId)), unreadable: [] }
}

describe('recoverSales', () => {
  it('finds all of them, page by page', async () => {
    const t = setUp()
    const ids = Array.from({ length: 2_500 }, (_, i) => saleIdOf(i))
    td.when(t.store.unfinished(undefined, 1_000)).thenResolve(ids.slice(0, 1_000))
    td.when(t.store.unfinished(saleIdOf(999), 1_000)).thenResolve(ids.slice(1_000, 2_000))
    td.when(t.store.unfinished(saleIdOf(1_999), 1_000)).thenResolve(ids.slice(2_000))
    assert.deepEqual(await t.recoverSales.find(), { left: ids, held: [] })
  })

  it('passes over a sale that cannot be read, and reports it', async () => {
    const t = setUp()
    const error = new UnreadableError('event 7: unknown version 9', 7)
    const ids = [1, 2, 3].map(saleIdOf)
    td.when(t.store.loadMany(ids)).thenResolve({
      loaded: [loadedOf(saleIdOf(1)), loadedOf(saleIdOf(3))],
      unreadable: [{ saleId: saleIdOf(2), error }],
    })
    const recovered = await t.recoverSales.takeUp(ids, never)
    assert.deepEqual(recovered, { takenUp: 2, unreadable: [saleIdOf(2)] })
    td.verify(t.sales.takeUp(td.matchers.anything(), { type: 'interrupted' }), { times: 2 })
    assert.deepEqual(t.reported, [[saleIdOf(2), error]])
  })

  it('takes them up page by page, the runs of a page in one turn', async () => {
    const t = setUp()
    const ids = Array.from({ length: 100 }, (_, i) => saleIdOf(i))
    const started: string[] = []
    td.when(t.store.loadMany(td.matchers.anything())).thenDo(async (page: SaleId[]) => {
      started.push(`${page.length} loaded`)
      setImmediate(() => started.push('turn'))
      return pageOf(page)
    })
    td.when(t.sales.takeUp(td.matchers.anything(), td.matchers.anything())).thenDo(() => {
      started.push('run')
    })
    assert.deepEqual(await t.recoverSales.takeUp(ids, never), { takenUp: 100, unreadable: [] })
    const runs = (count: number) => Array.from({ length: count }, () => 'run')
    assert.deepEqual(started, ['64 loaded', ...runs(64), 'turn', '36 loaded', ...runs(36)])
  })

  it('hands on which of them were copied', async () => {
    const t = setUp()
    const ids = [1, 2].map(saleIdOf)
    const loaded = [loadedOf(saleIdOf(1), true), loadedOf(saleIdOf(2))]
    td.when(t.store.loadMany(ids)).thenResolve({ loaded, unreadable: [] })
    const outcomes: unknown[] = []
    td.when(t.sales.takeUp(td.matchers.anything(), td.matchers.anything())).thenDo(
      (_start: unknown, outcome: unknown) => void outcomes.push(outcome),
    )
    await t.recoverSales.takeUp(ids, never)
    assert.deepEqual(outcomes, [{ type: 'interrupted', fromCopy: true }, { type: 'interrupted' }])
  })

  it('tries again while the database is busy', async () => {
    const t = setUp()
    let asked = 0
    td.when(t.store.loadMany([saleIdOf(1)])).thenDo(async (page: SaleId[]) => {
      asked += 1
      if (asked === 1) throw new AppError('unavailable', 'load: busy')
      return pageOf(page)
    })
    const recovered = await t.recoverSales.takeUp([saleIdOf(1)], never)
    assert.deepEqual(recovered, { takenUp: 1, unreadable: [] })
  })

  it('lets timers and signals have a turn between two pages, and stops when it is aborted', async () => {
    const t = setUp()
    const stop = new AbortController()
    let loads = 0
    td.when(t.store.loadMany(td.matchers.anything())).thenDo(async (page: SaleId[]) => {
      loads += 1
      return pageOf(page)
    })
    const timer = setInterval(() => {
      if (loads > 1) stop.abort()
    }, 1)
    const ids = Array.from({ length: 5_000 }, (_, i) => saleIdOf(i))
    const { takenUp } = await t.recoverSales.takeUp(ids, stop.signal)
    clearInterval(timer)
    assert.ok(takenUp > 0 && takenUp < 5_000, `${takenUp} taken up`)
  })

  it('lets any other error pass', async () => {
    const t = setUp()
    const error = new AppError('lost', 'load')
    td.when(t.store.loadMany([saleIdOf(1)])).thenReject(error)
    await assert.rejects(t.recoverSales.takeUp([saleIdOf(1)], never), error)
  })
})

/** A store in which nobody can read this sale. */
function withUnreadable(store: Store, unreadable: SaleId): Store {
  const error = new UnreadableError('event 2: unknown version 2', 2)
  const loadMany: SaleStore['loadMany'] = async (saleIds) => {
    const { loaded } = await store.sales.loadMany(saleIds)
    return {
      loaded: loaded.filter(({ saleId }) => saleId !== unreadable),
      unreadable: [{ saleId: unreadable, error }],
    }
  }
  return { ...store, sales: { ...store.sales, loadMany } }
}

describe('A start', () => {
  it('takes up the other sales beside one that cannot be read', async () => {
    await using place = await makePlace()
    const { store } = place
    const at = place.time.clock.now()
    const { requested, priced } = factsOf({ idempotent: false, at })
    for (const number of [1, 2, 3]) {
      await leaveSale(place, saleIdOf(number), [requested, priced])
    }
    {
      await using t = await makeTestService(
        {},
        { ...place, store: withUnreadable(store, saleIdOf(2)) },
      )
      for (const number of [1, 3]) await untilEvent(t, saleIdOf(number), 'SaleRolledBack')
      assert.equal((await store.saleReader.show(saleIdOf(2), undefined))?.status, 'in_progress')
      assert.match(t.logLines.join(''), /sale cannot be read: not carried on/)
      assert.deepEqual(t.lost, [])
      // The service serves all the same.
      assert.equal((await post(t, await t.key('shop', 'sales:create'))).body, SUCCESS)
    }
    {
      await using t = await makeTestService({}, place)
      await untilEvent(t, saleIdOf(2), 'SaleRolledBack')
      assert.deepEqual(live(t), [1, 1, 1])
    }
  })

  it('takes up many, each once, while it sells', async () => {
    await using place = await makePlace()
    const at = place.time.clock.now()
    const { requested, priced, deal } = factsOf({ idempotent: true, at })
    const ids = Array.from({ length: 30 }, (_, i) => saleIdOf(i))
    for (const saleId of ids) await leaveSale(place, saleId, [requested, priced])
    await leaveSale(place, saleIdOf(99), [requested, priced, deal])
    {
      await using t = await makeTestService({}, place)
      assert.equal((await post(t, await t.key('shop', 'sales:create'))).body, SUCCESS)
      for (const saleId of [...ids, saleIdOf(99)]) await untilEvent(t, saleId, 'SaleSettled')
      assert.deepEqual(live(t), [32, 32, 32])
    }
  })
})

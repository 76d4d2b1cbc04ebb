import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeMeasuredStore, WRITES_TOGETHER } from '../../../src/application/sale/measured-store.ts'
import type { Append, SaleStore } from '../../../src/application/sale/run/sale-store.port.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

/** A sale makes five writes, and has to be answered in so many milliseconds. */
const ANSWER_WITHIN_MS = 1_000

/** A store whose writes end when the test lets them. */
function setUp() {
  const clock = new ManualClock()
  const underWay: PromiseWithResolvers<void>[] = []
  const append = () => {
    const write = Promise.withResolvers<void>()
    underWay.push(write)
    return write.promise
  }
  const made: Pick<SaleStore, 'append'> = { append }
  const { store, pace } = makeMeasuredStore({
    store: made as SaleStore,
    clock,
    answerWithinMs: ANSWER_WITHIN_MS,
  })
  return {
    pace,
    clock,
    underWay,
    begin: () => store.append({} as Append),

    /** The same group so often that nothing before it counts. */
    async often(size: number, ms: number) {
      for (let i = 0; i < 100; i += 1) await this.group(size, ms)
    },

    /** So many writes at once; each group of them ends after `ms` more. */
    async group(size: number, ms: number) {
      const writes = Array.from({ length: size }, () => store.append({} as Append))
      while (underWay.length > 0) {
        clock.advance(ms)
        for (const { resolve } of underWay.splice(0, WRITES_TOGETHER)) resolve()
        await new Promise((resolve) => setImmediate(resolve))
      }
      await Promise.all(writes)
    },
  }
}

describe('A new sale, as far as the store is concerned', () => {
  it('is in time before anything is measured', () => {
    assert.ok(setUp().pace.lateMs(255) <= 0)
  })

  it('is in time with nothing before it, however slow the last writes were', async () => {
    const t = setUp()
    await t.group(64, 60_000)
    assert.equal(t.pace.lateMs(0), 0)
    assert.ok(t.pace.lateMs(1) > 0)
  })

  it('waits for five groups, each of all who wait', async () => {
    const t = setUp()
    await t.often(1, 200)
    assert.ok(Math.abs(t.pace.lateMs(1)) < 1)
    assert.ok(Math.abs(t.pace.lateMs(WRITES_TOGETHER - 1)) < 1)
    assert.ok(Math.abs(t.pace.lateMs(WRITES_TOGETHER) - 1_000) < 1)
  })

  it('is not turned away in a burst because the few writes before were slow each', async () => {
    const t = setUp()
    await t.group(1, 40)
    assert.ok(t.pace.lateMs(255) < 0)
  })

  it('waits for no more where many were measured together', async () => {
    const t = setUp()
    await t.often(4 * WRITES_TOGETHER, 100)
    assert.ok(Math.abs(t.pace.lateMs(4 * WRITES_TOGETHER - 1) - 1_000) < 1)
    assert.ok(Math.abs(t.pace.lateMs(WRITES_TOGETHER - 1) + 500) < 1)
  })

  it('waits for a write that hangs, before it has ended', async () => {
    const t = setUp()
    await t.often(1, 10)
    void t.begin()
    assert.ok(t.pace.lateMs(19) < 0)
    t.clock.advance(1_000)
    assert.equal(t.pace.lateMs(0), 5 * 1_000 - ANSWER_WITHIN_MS)
  })

  it('is not held up by time in which nothing was written', async () => {
    const t = setUp()
    await t.often(1, 10)
    t.clock.advance(60_000)
    await t.group(1, 10)
    assert.ok(t.pace.lateMs(19) < 0)
  })

  it('forgets a slow write after some hundred others', async () => {
    const t = setUp()
    await t.group(1, 10_000)
    for (let i = 0; i < 400; i += 1) await t.group(1, 1)
    assert.ok(t.pace.lateMs(50) < 0)
  })
})

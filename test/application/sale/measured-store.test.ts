import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeMeasuredStore } from '../../../src/application/sale/measured-store.ts'
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

    /** So many writes at once, which all end after `ms`. */
    async group(size: number, ms: number) {
      const writes = Array.from({ length: size }, () => store.append({} as Append))
      clock.advance(ms)
      for (const { resolve } of underWay.splice(0)) resolve()
      await Promise.all(writes)
    },
  }
}

describe('A new sale, as far as the store is concerned', () => {
  it('is in time before anything is measured', () => {
    assert.ok(setUp().pace.lateMs(255) <= 0)
  })

  it('is in time with nothing before it, however slow the last write was', async () => {
    const t = setUp()
    await t.group(1, 60_000)
    assert.ok(t.pace.lateMs(0) <= 0)
    assert.ok(t.pace.lateMs(1) > 0)
  })

  it('waits for five writes of each sale before it, and its own', async () => {
    const t = setUp()
    await t.group(1, 10)
    assert.equal(t.pace.lateMs(19), 0)
    assert.equal(t.pace.lateMs(20), 50)
  })

  it('waits for less where writes share a commit', async () => {
    const t = setUp()
    await t.group(10, 10)
    assert.equal(t.pace.lateMs(199), 0)
  })

  it('waits for the writes that are under way, and a write that hangs counts', async () => {
    const t = setUp()
    await t.group(1, 10)
    void t.begin()
    assert.equal(t.pace.lateMs(19), 10)
    t.clock.advance(90)
    assert.equal(t.pace.lateMs(0), 6 * 100 - ANSWER_WITHIN_MS)
    assert.equal(t.pace.lateMs(19), 101 * 100 - ANSWER_WITHIN_MS)
  })

  it('is not held up by time in which nothing was written', async () => {
    const t = setUp()
    await t.group(1, 10)
    t.clock.advance(60_000)
    await t.group(1, 10)
    assert.equal(t.pace.lateMs(19), 0)
  })

  it('forgets a slow write after some hundred others', async () => {
    const t = setUp()
    await t.group(1, 10_000)
    for (let i = 0; i < 2_000; i += 1) await t.group(1, 1)
    assert.ok(t.pace.lateMs(50) < 0)
  })
})

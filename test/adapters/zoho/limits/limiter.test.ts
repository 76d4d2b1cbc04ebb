import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeLimiter, type Release } from '../../../../src/adapters/zoho/limits/limiter.ts'
import type { Priority } from '../../../../src/application/crm/crm.port.ts'
import type {
  CallLoad,
  CallPlaces,
} from '../../../../src/application/crm/places/call-places.port.ts'
import { makeSystemClock } from '../../../../src/infrastructure/system/system-clock.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'

const never = new AbortController().signal
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

function setUp(maxConcurrency: number, fraction = 1) {
  const clock = new ManualClock()
  const limiter = makeLimiter({ clock, random: { fraction: () => fraction }, maxConcurrency })
  const order: string[] = []
  const held: Release[] = []
  /** Asks for a place, and records when it is given. */
  const ask = (priority: Priority, name: string = priority) =>
    void limiter.take(priority, never).then((release) => {
      if (release === undefined) return
      order.push(name)
      held.push(release)
    })
  const finish = async (ending: Parameters<Release>[0] = 'answered') => {
    held.shift()?.(ending)
    await settle()
  }
  return { clock, limiter, order, held, ask, finish }
}

describe('The limiter', () => {
  it('lets as many calls through as the setting allows, and no more', async () => {
    const t = setUp(3)
    for (let i = 0; i < 5; i += 1) t.ask('new')
    await settle()
    assert.equal(t.held.length, 3)
    assert.equal(t.limiter.waiting(), 2)
    await t.finish()
    assert.equal(t.order.length, 4)
  })

  it('lets deletes go before creates before what is new, and retries last', async () => {
    const t = setUp(1)
    t.ask('new', 'holder')
    await settle()
    for (const priority of ['retry', 'new', 'forward', 'rollback'] as const) t.ask(priority)
    await settle()
    for (let i = 0; i < 4; i += 1) await t.finish()
    assert.deepEqual(t.order, ['holder', 'rollback', 'forward', 'new', 'retry'])
  })

  it('gives deletes at most half of the places while creates wait', async () => {
    const t = setUp(4)
    for (let i = 0; i < 4; i += 1) t.ask('new', 'holder')
    await settle()
    for (let i = 0; i < 4; i += 1) t.ask('rollback')
    for (let i = 0; i < 4; i += 1) t.ask('forward')
    await settle()
    for (let i = 0; i < 4; i += 1) await t.finish()
    assert.deepEqual(t.order.slice(4).toSorted(), ['forward', 'forward', 'rollback', 'rollback'])
  })

  it('gives deletes every place when no create waits', async () => {
    const t = setUp(2)
    t.ask('rollback')
    t.ask('rollback')
    await settle()
    assert.equal(t.held.length, 2)
  })

  it('lets through no more than the places that this process has, and begins more as they come', async () => {
    const clock = new ManualClock()
    const loads: CallLoad[] = []
    let [limit, onMore] = [0, () => {}]
    const places: CallPlaces = {
      limit: () => limit,
      expected: () => 2,
      note: (load) => void loads.push(load),
      onMore: (then) => {
        onMore = then
      },
    }
    const random = { fraction: () => 1 }
    const limiter = makeLimiter({ clock, random, maxConcurrency: 8, places })
    const over = new AbortController()
    const calls = ['one', 'two', 'three'].map(() => limiter.take('new', over.signal))
    assert.deepEqual([limiter.inFlight(), limiter.waiting(), limiter.limit()], [0, 3, 2])
    assert.deepEqual(loads.at(-1), { inFlight: 0, wanted: 3 })
    limit = 2
    onMore()
    assert.deepEqual(loads.at(-1), { inFlight: 2, wanted: 3 })
    limit = 1
    ;(await calls[0])?.('answered')
    assert.deepEqual([limiter.inFlight(), limiter.waiting()], [1, 1])
    over.abort()
    assert.equal(await calls[2], undefined)
    assert.deepEqual(loads.at(-1), { inFlight: 1, wanted: 1 })
    ;(await calls[1])?.('throttled')
    void limiter.take('new', never)
    assert.deepEqual(
      loads.at(-1),
      { inFlight: 0, wanted: 0 },
      'a pause is no reason to ask for places',
    )
  })

  it('forgets a call that gave up waiting', async () => {
    const t = setUp(1)
    t.ask('new', 'holder')
    const over = new AbortController()
    const waiting = t.limiter.take('new', over.signal)
    await settle()
    over.abort()
    assert.equal(await waiting, undefined)
    assert.equal(t.limiter.waiting(), 0)
    await t.finish()
    t.ask('new', 'next')
    await settle()
    assert.deepEqual(t.order, ['holder', 'next'])
  })

  it('halves the limit at a 429, once for all that were in flight, and tries one more later', async () => {
    const t = setUp(8, 0)
    for (let i = 0; i < 8; i += 1) t.ask('new')
    await settle()
    for (let i = 0; i < 6; i += 1) await t.finish('throttled')
    assert.equal(t.limiter.limit(), 4)
    t.clock.advance(4_999)
    await t.finish('answered')
    assert.equal(t.limiter.limit(), 4)
    t.clock.advance(1)
    await t.finish('answered')
    assert.equal(t.limiter.limit(), 5)
    await t.finish('answered')
    assert.equal(t.limiter.limit(), 5)
  })

  it('pauses once for a burst of 429s, not longer for each of them', async () => {
    const t = setUp(8)
    for (let i = 0; i < 8; i += 1) t.ask('new')
    await settle()
    for (let i = 0; i < 8; i += 1) await t.finish('throttled')
    t.ask('new', 'after')
    t.clock.advance(1_000)
    await settle()
    assert.equal(t.order.at(-1), 'after')
  })

  it('wakes the calls that wait, though a timer fires a moment early', async () => {
    const clock = makeSystemClock()
    const random = { fraction: () => 0.005 }
    const limiters = Array.from({ length: 100 }, () =>
      makeLimiter({ clock, random, maxConcurrency: 1 }),
    )
    const woken = limiters.map(async (limiter) => {
      const first = await limiter.take('new', never)
      first?.('throttled')
      return limiter.take('new', AbortSignal.timeout(1_000))
    })
    for (const release of await Promise.all(woken)) assert.ok(release !== undefined)
  })

  it('never goes below one, nor above the setting', async () => {
    const t = setUp(2, 0)
    for (let i = 0; i < 3; i += 1) {
      t.ask('new')
      await settle()
      await t.finish('throttled')
      t.clock.advance(1_000)
    }
    assert.equal(t.limiter.limit(), 1)
    for (let i = 0; i < 5; i += 1) {
      t.clock.advance(5_000)
      t.ask('new')
      await settle()
      await t.finish('answered')
    }
    assert.equal(t.limiter.limit(), 2)
  })

  it('lets nothing through for a while after a 429, longer after each, up to a minute', async () => {
    const t = setUp(1)
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      t.ask('new')
      await settle()
      await t.finish('throttled')
      t.ask('new', 'paused')
      await settle()
      t.clock.advance(pauseMs - 1)
      await settle()
      assert.equal(t.held.length, 0, `after ${pauseMs - 1} ms`)
      t.clock.advance(1)
      await settle()
      assert.equal(t.held.length, 1, `after ${pauseMs} ms`)
      await t.finish('silent')
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeBreaker } from '../../../../src/adapters/zoho/limits/breaker.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'

function setUp(failures = 0) {
  const clock = new ManualClock()
  const breaker = makeBreaker(clock)
  const fail = (times: number) => {
    for (let i = 0; i < times; i += 1) breaker.record(false)
  }
  fail(failures)
  const enter = () => {
    const waitMs = breaker.waitMs()
    if (waitMs === 0) breaker.reserve()
    return waitMs
  }
  return { clock, breaker, fail, enter }
}

describe('The breaker', () => {
  it('opens at the tenth call in a row without an answer, for two seconds', () => {
    const t = setUp(9)
    assert.equal(t.breaker.waitMs(), 0)
    t.fail(1)
    assert.equal(t.breaker.waitMs(), 2_000)
    t.clock.advance(1_500)
    assert.equal(t.breaker.waitMs(), 500)
  })

  it('counts from zero after an answer', () => {
    const t = setUp(9)
    t.breaker.record(true)
    t.fail(9)
    assert.equal(t.breaker.waitMs(), 0)
  })

  it('lets one sale in when the time is over, and no other before a call of it was answered', () => {
    const t = setUp(10)
    t.clock.advance(2_000)
    assert.equal(t.enter(), 0)
    assert.ok(t.enter() > 0)
    t.breaker.record(true)
    assert.equal(t.enter(), 0)
    assert.equal(t.enter(), 0)
  })

  it('opens for twice as long when the probe fails, up to a minute', () => {
    const t = setUp(10)
    const waits = []
    for (let i = 0; i < 7; i += 1) {
      waits.push(t.breaker.waitMs())
      t.clock.advance(t.breaker.waitMs())
      t.enter()
      t.fail(1)
    }
    assert.deepEqual(waits, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  it('is not open for longer because of calls of sales that had begun before', () => {
    const t = setUp(10)
    t.fail(30)
    assert.equal(t.breaker.waitMs(), 2_000)
  })

  it('lets another sale in when the probe has no result for a minute', () => {
    const t = setUp(10)
    t.clock.advance(2_000)
    t.enter()
    t.clock.advance(60_000)
    assert.equal(t.enter(), 0)
  })
})

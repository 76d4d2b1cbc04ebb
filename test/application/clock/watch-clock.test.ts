import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../../src/application/base/errors.ts'
import { makeWatchClock } from '../../../src/application/clock/watch-clock.ts'
import { GATEWAY } from '../../../src/application/log/event-record.ts'
import type { ClockJumped } from '../../../src/application/log/service-events.ts'
import { makeVirtualTestTime } from '../../support/time/test-time.ts'

const HOUR_MS = 3_600_000
const LINE = 'the clock of this machine jumped'
const NOT_YET = 'a jump of the clock is not recorded yet'

function setUp() {
  const time = makeVirtualTestTime()
  const recorded: ClockJumped[] = []
  const said: string[] = []
  const log = { broken: undefined as 'unavailable' | 'lost' | undefined }
  const watch = makeWatchClock({
    clock: time.clock,
    logger: { warn: (_, message) => void said.push(message) },
    eventLog: {
      async record(event, actor) {
        if (log.broken !== undefined) throw new AppError(log.broken, 'log: not written')
        assert.ok(event.type === 'ClockJumped')
        assert.equal(actor, GATEWAY)
        return recorded.push(event)
      },
    },
  })
  const stop = new AbortController()
  const data = () => recorded.map((event) => event.data)
  return { time, recorded, data, said, log, watch, stop, ran: watch.run(stop.signal) }
}

describe('A wall clock', () => {
  it('that is right, or is put right bit by bit, is nothing for the log', async () => {
    const { time, recorded, said } = setUp()
    for (let second = 0; second < 600; second += 1) {
      await time.pass(1_000)
      time.jump(second % 2 === 0 ? 100 : 90)
    }
    await time.pass(60_000)
    assert.deepEqual([recorded, said], [[], []])
  })

  it('that is set, or stood behind while the machine was suspended, is recorded within a second, once', async () => {
    for (const byMs of [3 * HOUR_MS, 2_000, -2_000, -3 * HOUR_MS]) {
      const { time, recorded, data, said } = setUp()
      await time.pass(10_500)
      time.jump(byMs)
      await time.pass(1_000)
      assert.deepEqual(data(), [{ byMs, jumps: 1 }])
      assert.ok(Math.abs((recorded[0]?.at ?? 0) - time.clock.now()) < 1_000)
      await time.pass(5 * 60_000)
      assert.deepEqual([recorded.length, said], [1, [LINE]])
    }
  })

  it('that flaps fills no log: what comes within a minute is one event, with its sum', async () => {
    const { time, data, said } = setUp()
    for (let second = 0; second < 600; second += 1) {
      time.jump(second % 2 === 0 ? HOUR_MS : -HOUR_MS)
      await time.pass(1_000)
    }
    await time.pass(60_000)
    assert.ok(data().length <= 12, `${data().length} events`)
    assert.equal(said.length, data().length)
    const sum = (of: 'byMs' | 'jumps') => data().reduce((all, one) => all + one[of], 0)
    assert.deepEqual([sum('byMs'), sum('jumps')], [0, 600])
  })

  it('is compared when a key is judged: the jump is recorded then, and not a second later', async () => {
    const { time, data, watch } = setUp()
    await time.pass(10_100)
    time.jump(HOUR_MS)
    watch.look()
    await time.pass(0)
    assert.deepEqual(data(), [{ byMs: HOUR_MS, jumps: 1 }])
  })

  it('has its jump recorded later where the log cannot be written, and before the process stops', async () => {
    const { time, data, said, log, stop, ran } = setUp()
    log.broken = 'unavailable'
    time.jump(HOUR_MS)
    await time.pass(30_000)
    assert.deepEqual([data(), said], [[], [NOT_YET]])
    log.broken = undefined
    await time.pass(40_000)
    assert.deepEqual(data(), [{ byMs: HOUR_MS, jumps: 1 }])
    time.jump(-HOUR_MS)
    await time.pass(2_000)
    stop.abort()
    await ran
    assert.deepEqual(data()[1], { byMs: -HOUR_MS, jumps: 1 })
  })

  it('ends the process when nobody knows whether its jump is in the log', async () => {
    const { time, log, ran } = setUp()
    log.broken = 'lost'
    time.jump(HOUR_MS)
    const [end] = await Promise.allSettled([ran, time.pass(2_000)])
    assert.ok(end.status === 'rejected' && (end.reason as AppError).code === 'lost')
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { msBetween } from '../../../src/domain/time.ts'
import { makeSystemClock } from '../../../src/infrastructure/system/system-clock.ts'

/** Longer than any test may take: a sleep of it that ends was ended. */
const HOUR_MS = 3_600_000

describe('The system clock', () => {
  it('follows the wall clock of the machine wherever that is set, and measures waits without it', () => {
    const clock = makeSystemClock()
    const [at, instant] = [clock.now(), clock.instant()]
    const read = Date.now
    try {
      for (const byMs of [3 * HOUR_MS, -3 * HOUR_MS]) {
        Date.now = () => read() + byMs
        assert.ok(Math.abs(clock.now() - at - byMs) < HOUR_MS)
        const passedMs = msBetween(instant, clock.instant())
        assert.ok(passedMs >= 0 && passedMs < HOUR_MS)
      }
    } finally {
      Date.now = read
    }
  })
})

describe('The sleep of the system clock', () => {
  it('ends when its time is over', async () => {
    const clock = makeSystemClock()
    const begin = clock.instant()
    await clock.sleep(5)
    // A timer of Node may fire a millisecond too early.
    assert.ok(msBetween(begin, clock.instant()) >= 4)
  })

  it('ends at once when its signal is aborted meanwhile, and does not reject', async () => {
    const stop = new AbortController()
    const slept = makeSystemClock().sleep(HOUR_MS, stop.signal)
    stop.abort()
    assert.equal(await slept, undefined)
  })

  it('does not begin when its signal was aborted before', async () => {
    assert.equal(await makeSystemClock().sleep(HOUR_MS, AbortSignal.abort()), undefined)
  })
})

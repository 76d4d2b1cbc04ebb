import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeSystemClock } from '../../../src/infrastructure/system/system-clock.ts'

/** Longer than any test may take: a sleep of it that ends was ended. */
const HOUR_MS = 3_600_000

describe('The sleep of the system clock', () => {
  it('ends when its time is over', async () => {
    const clock = makeSystemClock()
    const until = clock.now() + 5
    await clock.sleep(5)
    // A timer of Node may fire a millisecond too early.
    assert.ok(clock.now() >= until - 1)
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

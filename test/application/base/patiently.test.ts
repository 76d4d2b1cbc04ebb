import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../../src/application/base/errors.ts'
import { patiently } from '../../../src/application/base/patiently.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const BACKOFF = { firstMs: 100, maxMs: 400 }
const BUSY = new AppError('unavailable', 'busy')

/** Work that fails so many times before it returns `done`, and the moments at which it was tried. */
function failing(times: number, clock: ManualClock, error: unknown = BUSY) {
  const begunAt = clock.now()
  const triedAfterMs: number[] = []
  const work = async () => {
    triedAfterMs.push(clock.now() - begunAt)
    if (triedAfterMs.length <= times) throw error
    return 'done'
  }
  return { work, triedAfterMs }
}

/** Moves the clock 50 ms at a time; between, what is awake goes on until it sleeps. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  await turn()
  for (let passed = 0; passed < ms; passed += 50) {
    clock.advance(50)
    await turn()
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

describe('Patiently', () => {
  it('returns what the work returns', async () => {
    const clock = new ManualClock()
    assert.equal(await patiently({ clock, backoff: BACKOFF }, async () => 7), 7)
  })

  it('tries again after each pause of the backoff while the dependency is unavailable', async () => {
    const clock = new ManualClock()
    const { work, triedAfterMs } = failing(4, clock)
    const result = patiently({ clock, backoff: BACKOFF }, work)
    await pass(clock, 1_200)
    assert.equal(await result, 'done')
    assert.deepEqual(triedAfterMs, [0, 100, 300, 700, 1_100])
  })

  it('takes off part of each pause when it is given randomness', async () => {
    const clock = new ManualClock()
    const { work, triedAfterMs } = failing(2, clock)
    const result = patiently({ clock, backoff: BACKOFF, random: { fraction: () => 1 } }, work)
    await pass(clock, 200)
    assert.equal(await result, 'done')
    assert.deepEqual(triedAfterMs, [0, 50, 150])
  })

  it('reports each failure before its pause, counted from one', async () => {
    const clock = new ManualClock()
    const { work } = failing(2, clock)
    const reported: (readonly [unknown, number])[] = []
    const onFailure = (error: unknown, failed: number) => reported.push([error, failed])
    const result = patiently({ clock, backoff: BACKOFF, onFailure }, work)
    await pass(clock, 300)
    assert.equal(await result, 'done')
    assert.deepEqual(reported, [
      [BUSY, 1],
      [BUSY, 2],
    ])
  })

  it('gives up in its pause when it is to stop', async () => {
    const clock = new ManualClock()
    const stop = new AbortController()
    const { work, triedAfterMs } = failing(9, clock)
    const result = patiently({ clock, backoff: BACKOFF, stop: stop.signal }, work)
    await pass(clock, 100)
    stop.abort()
    assert.equal(await result, undefined)
    assert.deepEqual(triedAfterMs, [0, 100])
  })

  it('tries once where it is to stop already', async () => {
    const clock = new ManualClock()
    const stop = AbortSignal.abort()
    const good = failing(0, clock)
    assert.equal(await patiently({ clock, backoff: BACKOFF, stop }, good.work), 'done')
    const bad = failing(1, clock)
    assert.equal(await patiently({ clock, backoff: BACKOFF, stop }, bad.work), undefined)
    assert.equal(bad.triedAfterMs.length, 1)
  })

  for (const error of [
    new AppError('conflict', 'moved'),
    new AppError('lost', 'x'),
    new Error('bug'),
  ]) {
    it(`throws at once what is no passing failure: ${error.message}`, async () => {
      const clock = new ManualClock()
      const { work, triedAfterMs } = failing(1, clock, error)
      await assert.rejects(patiently({ clock, backoff: BACKOFF }, work), error)
      assert.equal(triedAfterMs.length, 1)
    })
  }
})

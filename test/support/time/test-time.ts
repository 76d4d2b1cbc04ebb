import assert from 'node:assert/strict'
import type { Clock } from '../../../src/application/base/clock.port.ts'
import { type EpochMs, instantAt } from '../../../src/domain/time.ts'
import { makeSystemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { until } from './until.ts'
import { VirtualTime } from './virtual-time.ts'

// The time of a service under test: virtual, or the true one where sockets and processes are real.

/** When virtual time begins. */
const BEGIN = Date.parse('2026-11-24T10:00:00.000Z')

/**
 * Turns of the event loop in which nobody begins or ends a wait, after which all is taken to be at
 * rest. Promises and streams take a turn or two from one wait to the next.
 */
const QUIET_TURNS = 4

/** What a test waits for has to come within so much virtual time, in milliseconds. */
const PATIENCE_MS = 2 * 3_600_000

export type TestTime = {
  readonly clock: Clock

  /** Lets time pass until `work` is done, and no further. */
  during<T>(work: Promise<T>): Promise<T>

  /** Lets time pass until the condition holds, and no further. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>

  /** Lets exactly so much time pass, and everything happen that is due in it. */
  pass(ms: number): Promise<void>

  /** Moves the wall clock: somebody set it, or the machine was suspended for so long. */
  jump(ms: number): void

  /** Lets no time pass before `work` is done: it waits for something outside of the service. */
  standStill<T>(work: Promise<T>): Promise<T>
}

/**
 * Time that passes only while a test waits, and then in no time at all. So no test depends on the
 * speed of the machine, and every time in it is exact.
 */
export function makeVirtualTestTime(): TestTime {
  const time = new VirtualTime(BEGIN, QUIET_TURNS)
  // Several may wait at once; time passes once for all of them.
  const settled = shared(() => time.settle())
  const stepped = shared(() => time.step())
  let waiting = 0
  let aheadMs = 0

  /** Steps from timer to timer for as long as `goesOn` allows it. */
  async function stepWhile(goesOn: () => boolean | Promise<boolean>): Promise<void> {
    waiting += 1
    try {
      await settled()
      while (await goesOn()) {
        if (!(await stepped())) throw new Error('nothing is left that could happen')
        // A step ends at rest, unless the test has begun something for another that waited.
        if (waiting > 1) await settled()
      }
    } finally {
      waiting -= 1
    }
  }

  const passUntil: TestTime['until'] = async (what, condition) => {
    const giveUpAt = time.now + PATIENCE_MS
    await stepWhile(async () => {
      if (await condition()) return false
      assert.ok(time.now < giveUpAt, `waited too long until ${what}`)
      return true
    })
  }

  return {
    clock: virtualClock(time, () => aheadMs),
    until: passUntil,
    standStill: (work) => time.hold(work),
    jump(ms) {
      aheadMs += ms
    },

    async during(work) {
      let isDone = false
      const done = () => {
        isDone = true
      }
      work.then(done, done)
      // While time stands still, the work may be done all the same.
      await Promise.race([work, passUntil('the work is done', () => isDone)])
      return work
    },

    async pass(ms) {
      const at = time.now + ms
      await stepWhile(() => (time.nextAt() ?? Number.POSITIVE_INFINITY) <= at)
      time.now = Math.max(time.now, at)
    },
  }
}

/** The time of this machine: what waits for it waits for conditions, never for a number. */
export function makeTrueTestTime(): TestTime {
  const clock = makeSystemClock()
  return {
    clock,
    during: (work) => work,
    until,
    pass: (ms) => clock.sleep(ms),
    standStill: (work) => work,
    jump: () => assert.fail("the clock of this machine is nobody's to set"),
  }
}

function virtualClock(time: VirtualTime, aheadMs: () => number): Clock {
  return {
    now: () => (time.now + aheadMs()) as EpochMs,
    instant: () => instantAt(time.now - BEGIN),
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      const wake = () => {
        cancel()
        signal?.removeEventListener('abort', wake)
        time.activity += 1
        resolve()
      }
      // A timer of Node takes a millisecond at least.
      const cancel = time.after(Math.max(1, Math.ceil(ms)), wake)
      signal?.addEventListener('abort', wake, { once: true })
      return promise
    },
  }
}

/** One call at a time: who calls meanwhile gets the result of the one on its way. */
function shared<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= call().finally(() => {
      running = undefined
    })
    return running
  }
}

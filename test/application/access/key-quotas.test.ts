import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { KEYS_MAX, makeKeyQuotas } from '../../../src/application/access/key-quotas.ts'
import { SeededRandom } from '../../simulation/plan/seeded-random.ts'
import { firstSeed } from '../../support/counts.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const KEY = 'f946d21d'

function makeBench(perSecond: number, burst: number) {
  const clock = new ManualClock()
  return { clock, quotas: makeKeyQuotas({ clock, quota: { perSecond, burst } }) }
}

describe('The bucket of a key', () => {
  it('lets a burst through, then one request each time that its rate allows it', () => {
    const { clock, quotas } = makeBench(4, 3)
    assert.deepEqual(
      [1, 2, 3].map(() => quotas.take(KEY)),
      [0, 0, 0],
    )
    assert.equal(quotas.take(KEY), 250)
    clock.advance(249)
    assert.equal(quotas.take(KEY), 1)
    clock.advance(1)
    assert.equal(quotas.take(KEY), 0)
    assert.equal(quotas.take(KEY), 250)
  })

  it('never lets through more than its burst and its rate in any span', () => {
    const random = new SeededRandom(`quota ${firstSeed()}`)
    for (let round = 0; round < 60; round += 1) {
      const [perSecond, burst] = [random.int(1, random.pick([10, 1_500])), random.int(1, 40)]
      const { clock, quotas } = makeBench(perSecond, burst)
      const taken: number[] = []
      for (let step = 0; step < 200; step += 1) {
        clock.advance(random.int(0, random.pick([2, 2, 2, Math.ceil(3_000 / perSecond)])))
        const now = clock.now()
        const waitMs = quotas.take(KEY)
        if (waitMs === 0) taken.push(now)
        else {
          // It may be had when it was promised, and not a millisecond before.
          clock.advance(waitMs - 1)
          assert.equal(quotas.take(KEY), 1)
          clock.advance(1)
          assert.ok(quotas.allowanceOf(KEY).remaining >= 1)
        }
      }
      taken.forEach((first, i) => {
        taken.slice(i).forEach((last, more) => {
          const most = burst + (perSecond * (last - first)) / 1_000
          assert.ok(more + 1 <= most, `${more + 1} in ${last - first} ms, ${burst}, ${perSecond}/s`)
        })
      })
    }
  })

  it('is its own: another key finds its own full', () => {
    const { quotas } = makeBench(1, 1)
    assert.equal(quotas.take(KEY), 0)
    assert.equal(quotas.take('0a1b2c3d'), 0)
    assert.equal(quotas.take(KEY), 1_000)
  })

  it('says what is left, and in what time all of it is there again', () => {
    const { clock, quotas } = makeBench(10, 5)
    assert.deepEqual(quotas.allowanceOf(KEY), { limit: 5, remaining: 5, fullInMs: 0 })
    for (let i = 0; i < 5; i += 1) quotas.take(KEY)
    assert.deepEqual(quotas.allowanceOf(KEY), { limit: 5, remaining: 0, fullInMs: 500 })
    clock.advance(150)
    assert.deepEqual(quotas.allowanceOf(KEY), { limit: 5, remaining: 1, fullInMs: 350 })
    clock.advance(60_000)
    assert.deepEqual(quotas.allowanceOf(KEY), { limit: 5, remaining: 5, fullInMs: 0 })
  })

  it('gets back the request that was a replay, and is never more than full', () => {
    const { quotas } = makeBench(1, 2)
    quotas.take(KEY)
    quotas.giveBack(KEY)
    quotas.giveBack(KEY)
    assert.deepEqual(
      [1, 2, 3].map(() => quotas.take(KEY)),
      [0, 0, 1_000],
    )
  })

  it('is one with those of all further keys where too many are in use, and its own again later', () => {
    const { clock, quotas } = makeBench(1, 2)
    for (let i = 0; i < KEYS_MAX; i += 1) assert.equal(quotas.take(`key ${i}`), 0)
    const more = () => ['one', 'two', 'three'].map((name) => quotas.take(`${name} more`))
    assert.deepEqual(more(), [0, 0, 1_000])
    clock.advance(1_000)
    // A key that goes on asking does not keep the others from being forgotten.
    assert.equal(quotas.take('key 0'), 0)
    clock.advance(1_000)
    assert.deepEqual([...more(), ...more()], [0, 0, 0, 0, 0, 0])
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Draw, Drawn, KeyBuckets } from '../../../src/application/access/key-buckets.port.ts'
import { PARTS, type Quota } from '../../../src/application/access/key-quotas.ts'
import { makeSharedKeyQuotas } from '../../../src/application/access/shared-key-quotas.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import { SeededRandom } from '../../simulation/plan/seeded-random.ts'
import { firstSeed } from '../../support/counts.ts'
import { makeVirtualTestTime } from '../../support/time/test-time.ts'

const KEY = 'f946d21d'

/** Instances over one bucket, on virtual time. */
function setUp(
  quota: Quota,
  instances: number,
  broken: (draw: Draw, drawn: Drawn) => Drawn = (_, d) => d,
) {
  const time = makeVirtualTestTime()
  const { clock } = time
  const database = { latencyMs: 1, isAway: false }
  const lines: string[] = []
  let bucket = { parts: quota.burst * PARTS, at: clock.now() as number }
  let draws = 0
  const buckets: KeyBuckets = {
    async draw(draw) {
      draws += 1
      await clock.sleep(database.latencyMs)
      if (database.isAway) throw new AppError('unavailable', 'draw: away')
      const now = clock.now()
      const full = quota.burst * PARTS
      const filled = Math.min(full, bucket.parts + (now - bucket.at) * quota.perSecond)
      const there = Math.floor(filled / PARTS)
      const lot = Math.min(draw.lot, Math.floor(filled / PARTS / 4))
      const requests = Math.min(there, Math.max(draw.needed, lot))
      const drawn = broken(draw, { requests, parts: filled - requests * PARTS, instances })
      bucket = { parts: drawn.parts, at: now }
      return drawn
    },
  }
  const log = (_: object, line: string) => void lines.push(line)
  const logger = { warn: log, info: log }
  const many = Array.from({ length: instances }, () =>
    makeSharedKeyQuotas({ clock, quota, buckets, logger }),
  )
  const ask = async (index = 0, keyId = KEY) =>
    time.during(Promise.resolve(many[index]?.take(keyId) ?? 0))
  return { time, clock, database, lines, many, ask, draws: () => draws }
}

/** Most requests over the rate in any span: the burst, and what the instances had drawn before. */
function mostOverRate(taken: readonly number[], perSecond: number): number {
  let most = 0
  for (const [index, first] of taken.entries()) {
    for (let last = index; last < taken.length; last += 1) {
      const filled = (((taken[last] ?? 0) - first) * perSecond) / 1_000
      most = Math.max(most, last - index + 1 - filled)
    }
  }
  return most
}

/** Lets requests come at random to all instances, and returns the times at which they were let in. */
async function load(
  t: ReturnType<typeof setUp>,
  random: SeededRandom,
  steps: number,
): Promise<readonly number[]> {
  const taken: number[] = []
  for (let step = 0; step < steps; step += 1) {
    const asked = Array.from({ length: random.int(1, 6) }, async () => {
      const index = random.int(0, t.many.length - 1)
      if ((await (t.many[index]?.take(KEY) ?? 1)) === 0) taken.push(t.clock.now())
    })
    await t.time.during(Promise.all(asked))
    await t.time.pass(random.int(0, random.pick([3, 3, 60])))
  }
  return taken.toSorted((a, b) => a - b)
}

describe('The rate of a key over several instances', () => {
  it('is that of one: its burst, then one each time that the rate allows it, whoever is asked', async () => {
    const t = setUp({ perSecond: 4, burst: 3 }, 3)
    const answers = []
    for (const index of [0, 1, 2, 0]) answers.push(await t.ask(index))
    assert.deepEqual(answers.slice(0, 3), [0, 0, 0])
    const waitMs = answers[3] ?? 0
    assert.ok(waitMs > 200 && waitMs <= 250, `${waitMs} ms`)
    await t.time.pass(waitMs)
    assert.equal(await t.ask(2), 0)
    assert.ok((await t.ask(1)) > 0)
  })

  it('draws once for all that wait, in lots where the rate is high, and not while nothing is there', async () => {
    const slow = setUp({ perSecond: 1, burst: 8 }, 1)
    const asked = Array.from({ length: 20 }, () => slow.many[0]?.take(KEY))
    const answers = await slow.time.during(Promise.all(asked))
    assert.equal(answers.filter((waitMs) => waitMs === 0).length, 8)
    assert.ok(slow.draws() <= 3, `${slow.draws()} draws`)
    const before = slow.draws()
    for (let i = 0; i < 100; i += 1) assert.ok((await slow.ask()) > 0)
    assert.equal(slow.draws(), before)

    const fast = setUp({ perSecond: 200, burst: 400 }, 1)
    for (let i = 0; i < 200; i += 1) assert.equal(await fast.ask(), 0)
    assert.equal(fast.draws(), 10)
  })

  for (const [perSecond, burst] of [
    [5, 7],
    [10, 20],
    [150, 100],
  ] as const) {
    it(`is never above ${perSecond} a second and ${burst} at once, but for lots that were drawn before`, async () => {
      const instances = 4
      const lot = Math.ceil(perSecond / 10)
      const random = new SeededRandom(`shared quota ${firstSeed()} ${perSecond}`)
      const t = setUp({ perSecond, burst }, instances)
      const taken = await load(t, random, 400)
      const most = mostOverRate(taken, perSecond)
      // A draw is on its way for a millisecond or two, in which it fills.
      assert.ok(most <= burst + instances * (lot - 1) + 1 + perSecond / 500, `${most} of ${burst}`)
      assert.ok(most >= burst - 1, `only ${most} of ${burst}`)
    })
  }

  it('would be found out if requests were drawn twice', async () => {
    const t = setUp({ perSecond: 10, burst: 20 }, 4, (draw, drawn) => ({
      ...drawn,
      requests: draw.needed,
    }))
    const taken = await load(t, new SeededRandom('twice'), 400)
    assert.ok(mostOverRate(taken, 10) > 30)
  })

  it('is shared out while the database is away, at once, and is one again when it is back', async () => {
    const quota = { perSecond: 8, burst: 16 }
    const t = setUp(quota, 4)
    for (const index of [0, 1, 2, 3]) assert.equal(await t.ask(index), 0)
    t.database.isAway = true
    const random = new SeededRandom('away')
    const taken = await load(t, random, 300)
    const most = mostOverRate(taken, quota.perSecond)
    assert.ok(most <= quota.burst + 1, `${most} at once`)
    assert.ok(taken.length > 20)
    assert.equal(t.lines.length, 4)
    t.database.isAway = false
    await t.time.pass(10_000)
    for (const index of [0, 1, 2, 3]) await t.ask(index)
    await t.time.pass(10)
    assert.equal(t.lines.length, 8)
    assert.equal(t.lines.at(-1), 'the rates of keys are shared again')
  })

  it('is waited for a quarter of a second where the database is slow, by the first only', async () => {
    const t = setUp({ perSecond: 8, burst: 16 }, 1)
    t.database.latencyMs = 5_000
    const began = t.clock.now()
    assert.equal(await t.ask(), 0)
    assert.equal(t.clock.now() - began, 250)
    assert.equal(await t.ask(), 0)
    assert.equal(t.clock.now() - began, 250)
    await t.time.pass(5_000)
    assert.equal(t.lines.at(-1), 'the rates of keys are shared again')
  })

  it('says in figures what is left, and counts no replay', async () => {
    const t = setUp({ perSecond: 2, burst: 10 }, 2)
    const [one, other] = t.many
    assert.deepEqual(one?.allowanceOf(KEY), { limit: 10, remaining: 10, fullInMs: 0 })
    for (let i = 0; i < 4; i += 1) await t.ask(0)
    await t.ask(1)
    assert.equal(other?.allowanceOf(KEY).remaining, 5)
    assert.ok((other?.allowanceOf(KEY).fullInMs ?? 0) > 2_400)
    one?.giveBack(KEY)
    const before = t.draws()
    assert.equal(await t.ask(0), 0)
    assert.equal(t.draws(), before)
  })
})

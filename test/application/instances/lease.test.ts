import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError, errorCode } from '../../../src/application/base/errors.ts'
import type {
  InstanceNumber,
  Instances,
  Renewal,
} from '../../../src/application/instances/instances.port.ts'
import { makeKeepLease } from '../../../src/application/instances/keep-lease.ts'
import { makeLease } from '../../../src/application/instances/lease.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const leaseMs = 10_000

const logger = { info: () => undefined, warn: () => undefined, error: () => undefined }

function setUp() {
  const clock = new ManualClock()
  const renewals: (Renewal | Error)[] = []
  let joined = 0
  let renewed = 0
  let answerMs = 0
  let asOthersMigrated = false
  const left: InstanceNumber[] = []
  const instances = {
    join: async () => {
      clock.advance(answerMs)
      joined += 1
      return joined as InstanceNumber
    },
    renew: async () => {
      clock.advance(answerMs)
      renewed += 1
      const renewal = renewals.shift() ?? 'renewed'
      if (renewal instanceof Error) throw renewal
      return renewal
    },
    leave: async (instance: InstanceNumber) => void left.push(instance),
  } as unknown as Instances
  const requireServable = async () => {
    if (asOthersMigrated) throw new AppError('refused', 'written by a newer version')
  }
  const lease = makeLease({ instances, clock, name: 'a', leaseMs, requireServable })
  return {
    clock,
    lease,
    renewals,
    renewed: () => renewed,
    left,
    migrate: () => {
      asOthersMigrated = true
    },
    answersIn: (ms: number) => {
      answerMs = ms
    },
  }
}

/** Lets all that is ready run. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}

describe('A lease', () => {
  it('holds for less time than the database gives it, and no longer', async () => {
    const t = setUp()
    await t.lease.join()
    t.clock.advance(8_999)
    assert.equal(t.lease.holds(), true)
    t.clock.advance(1)
    assert.equal(t.lease.holds(), false)
  })

  it('counts from before it was asked for', async () => {
    const t = setUp()
    t.answersIn(5_000)
    await t.lease.join()
    t.clock.advance(3_999)
    assert.equal(t.lease.holds(), true)
    t.clock.advance(1)
    assert.equal(t.lease.holds(), false)
  })

  it('is over after the machine was suspended, when its monotonic clock stood still', async () => {
    const t = setUp()
    await t.lease.join()
    t.clock.jump(60_000)
    assert.equal(t.lease.holds(), false)
  })

  it('does not last longer when somebody sets the clock back', async () => {
    const t = setUp()
    await t.lease.join()
    t.clock.jump(-60_000)
    t.clock.advance(9_000)
    assert.equal(t.lease.holds(), false)
  })

  it('holds again once it is renewed, also when it was over', async () => {
    const t = setUp()
    await t.lease.join()
    t.clock.advance(20_000)
    t.renewals.push('revived')
    await t.lease.renew()
    assert.equal(t.lease.holds(), true)
  })

  it('does not hold for a dead instance before that has joined anew, as another one', async () => {
    const t = setUp()
    const first = await t.lease.join()
    t.renewals.push('dead')
    await t.lease.renew()
    assert.equal(t.lease.holds(), false)
    assert.equal(t.lease.number(), first)
    await t.lease.join()
    assert.equal(t.lease.holds(), true)
    assert.notEqual(t.lease.number(), first)
  })

  it('lets nobody write before it has joined', () => {
    assert.throws(() => setUp().lease.number(), /before it has joined/)
  })
})

describe('Keeping a lease', () => {
  async function setUpKept() {
    const t = setUp()
    await t.lease.join()
    const dead: string[] = []
    const ended = Promise.withResolvers<void>()
    const onDead = async () => {
      dead.push(`holds: ${t.lease.holds()}`)
      await ended.promise
    }
    const stop = new AbortController()
    const kept = makeKeepLease({ lease: t.lease, clock: t.clock, logger, onDead })(stop.signal)
    const pass = async (ms: number) => {
      t.clock.advance(ms)
      await turns()
    }
    return { ...t, kept, stop, dead, endRuns: ended.resolve, pass }
  }

  it('renews three times in a lease, until it is told to stop', async () => {
    const t = await setUpKept()
    for (let third = 0; third < 6; third += 1) await t.pass(3_334)
    assert.equal(t.renewed(), 6)
    assert.equal(t.lease.holds(), true)
    t.stop.abort()
    await t.kept
    await t.pass(20_000)
    assert.equal(t.renewed(), 6)
  })

  it('goes on trying while the database is away, and when nobody knows what it did', async () => {
    const t = await setUpKept()
    t.renewals.push(new AppError('unavailable', 'away'), new AppError('lost', 'no answer'))
    await t.pass(3_334)
    await t.pass(100)
    await t.pass(200)
    assert.equal(t.renewed(), 3)
    assert.deepEqual(t.dead, [])
  })

  it('joins anew as another instance only when all that the dead one did has ended', async () => {
    const t = await setUpKept()
    const first = t.lease.number()
    t.renewals.push('dead')
    await t.pass(3_334)
    assert.deepEqual(t.dead, ['holds: false'])
    await t.pass(60_000)
    assert.equal(t.lease.number(), first)
    assert.equal(t.lease.holds(), false)
    t.endRuns()
    await turns()
    assert.notEqual(t.lease.number(), first)
    assert.equal(t.lease.holds(), true)
  })

  it('ends where the tables were changed meanwhile, before the new instance can do anything', async () => {
    const t = await setUpKept()
    const first = t.lease.number()
    const ended = assert.rejects(t.kept, (error) => errorCode(error) === 'refused')
    t.migrate()
    t.renewals.push('dead')
    await t.pass(3_334)
    t.endRuns()
    await ended
    assert.equal(t.lease.holds(), false)
    assert.equal(t.lease.number(), first)
    assert.deepEqual(t.left, [2])
  })

  it('takes nobody for dead who was revived', async () => {
    const t = await setUpKept()
    t.renewals.push('revived')
    await t.pass(60_000)
    assert.deepEqual(t.dead, [])
    assert.equal(t.lease.holds(), true)
  })
})

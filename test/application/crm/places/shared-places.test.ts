import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type {
  PlaceDesk,
  PlaceQuestion,
} from '../../../../src/application/crm/places/place-desk.port.ts'
import { sharePlaces } from '../../../../src/application/crm/places/share-places.ts'
import { SeededRandom } from '../../../simulation/plan/seeded-random.ts'
import { countOf, firstSeed } from '../../../support/counts.ts'
import {
  type Broken,
  CALL_MS,
  FAIR,
  LEASE_MS,
  PlacesWorld,
  SimulatedInstance,
} from './places-world.ts'

/** How much faster or slower than the database's clock that of an instance may be. */
const RATE = 0.02

/** Seeds in which a planted fault must show itself. */
const PLANTED_SEEDS_MAX = 60

/** Milliseconds after which a call that waits gives up. */
const PATIENCE_MS = 10_000

/** Milliseconds of calm in which each instance must have had a place. */
const CALM_MS = 15_000

/** Plays one seed: instances that die, sleep, and come; a database that is slow and away; then a calm. */
async function play(seed: number, broken: Broken = {}): Promise<PlacesWorld> {
  const random = new SeededRandom(`places ${seed}`)
  const world = new PlacesWorld(random.int(1, 10), random.of('desk'), broken)
  const instances: SimulatedInstance[] = []
  let made = 0
  const add = () => {
    made += 1
    const instance = new SimulatedInstance(world, made, 1 + (random.fraction() * 2 - 1) * RATE)
    instances.push(instance)
    return instance
  }
  const count = random.int(1, 7)
  while (instances.length < count) add()
  const stop = load(world, instances, random.of('load'))
  for (let step = 0; step < 30; step += 1) {
    disturb(world, instances, random, add)
    await world.pass(random.int(10, 1_500))
  }
  world.weather = { ...FAIR }
  while (instances.length < count) add()
  await world.pass(LEASE_MS + CALL_MS + 4_000)
  const ended = instances.map((instance) => instance.ended)
  await world.pass(CALM_MS)
  for (const [index, instance] of instances.entries()) {
    assert.ok(instance.ended > (ended[index] ?? 0), `instance ${instance.number} had no place`)
  }
  stop()
  await world.pass(PATIENCE_MS + LEASE_MS + CALL_MS + 6_000)
  assert.equal(world.lent(), 0, 'who makes no call holds no place')
  return world
}

/** Keeps every instance busy, one more than the other, until it is stopped. Each has a call that waits. */
function load(
  world: PlacesWorld,
  instances: readonly SimulatedInstance[],
  random: SeededRandom,
): () => void {
  let goesOn = true
  const callers = new Map<SimulatedInstance, number>()
  const work = async (instance: SimulatedInstance) => {
    while (goesOn && !instance.isDead) {
      await instance.call(random.int(5, random.chance(0.1) ? CALL_MS - 50 : 200), PATIENCE_MS)
      if (random.chance(0.3)) await world.time.sleep(random.int(1, 400))
    }
  }
  const begin = () => {
    for (const instance of instances) {
      if (callers.has(instance)) continue
      callers.set(instance, random.int(1, 12))
      for (let i = callers.get(instance) ?? 0; i > 0; i -= 1) void work(instance)
    }
    if (goesOn) world.time.after(100, begin)
  }
  begin()
  return () => {
    goesOn = false
  }
}

function disturb(
  world: PlacesWorld,
  instances: SimulatedInstance[],
  random: SeededRandom,
  add: () => SimulatedInstance,
): void {
  const index = random.int(0, Math.max(0, instances.length - 1))
  const instance = instances[index]
  const choice = random.int(0, 7)
  if (choice === 0 && instance !== undefined) {
    instance.kill()
    instances.splice(index, 1)
  }
  if (choice === 1) add()
  if (choice === 2) instance?.suspend(random.int(100, 8_000))
  if (choice === 3) instance?.jump(random.int(-5_000, 5_000))
  if (choice === 4) world.weather = { ...FAIR, isAway: true }
  if (choice === 5) world.weather = { ...FAIR, latencyMs: random.int(50, 2_500) }
  if (choice === 6) world.weather = { ...FAIR, lostBefore: 0.3, lostAfter: 0.3 }
  if (choice === 7) world.weather = { ...FAIR }
}

/** The faults that are planted, and what the test says of each. */
const PLANTED: Readonly<Record<string, { readonly broken: Broken; readonly found: RegExp }>> = {
  'a place of a dead instance is free when its lease is over, though its calls may go on': {
    broken: { desk: asking((question) => ({ ...question, keptMs: LEASE_MS })) },
    found: /calls in flight of/,
  },
  'a lot is used for longer than it is counted': {
    broken: {
      leaseMs: LEASE_MS * 2,
      desk: asking((question) => ({ ...question, keptMs: LEASE_MS + CALL_MS })),
    },
    found: /calls in flight of/,
  },
  'places are taken from under calls in flight': {
    broken: { desk: asking((question) => ({ ...question, keep: 0 })) },
    found: /calls in flight of/,
  },
  'a machine that was suspended does not look at its wall clock': {
    broken: { noWallClock: true },
    found: /calls in flight of/,
  },
  'who has places keeps them, whoever waits': {
    broken: {
      share: (lots, question, turn, now) => {
        const lot = sharePlaces(lots, question, turn, now)
        return { ...lot, share: question.max }
      },
    },
    found: /had no place/,
  },
  'who asks first gets what is free, however long others have waited': {
    broken: {
      share: (lots, question, ...rest) => {
        const patient = lots.map((lot) => ({
          ...lot,
          waitsSince: lot.places > 0 ? lot.waitsSince : null,
        }))
        return sharePlaces(patient, question, ...rest)
      },
    },
    found: /had no place/,
  },
  'who gives its last place back goes on waiting in front of the others': {
    broken: {
      share: (lots, question, turn, now) => {
        const front = lots.map((lot) =>
          lot.holder === question.holder ? { ...lot, waitsSince: -1 } : lot,
        )
        return sharePlaces(front, { ...question, keep: question.max }, turn, now)
      },
    },
    found: /had no place/,
  },
}

function asking(
  change: (question: PlaceQuestion) => PlaceQuestion,
): (desk: PlaceDesk) => PlaceDesk {
  return (desk) => ({ ...desk, ask: (question) => desk.ask(change(question)) })
}

/** What the first seed says that fails. */
async function firstFailure(broken: Broken): Promise<string> {
  for (let seed = 1; seed <= PLANTED_SEEDS_MAX; seed += 1) {
    const error = await play(seed, broken).then(
      () => undefined,
      (failed: unknown) => String(failed),
    )
    if (error !== undefined) return error
  }
  return 'nothing failed'
}

describe('The places of many instances', () => {
  it('are never more than there are, whatever dies, sleeps and fails, and nobody is left without', async () => {
    const first = firstSeed()
    let full = 0
    for (let seed = first; seed < first + countOf('PLACES_SEEDS'); seed += 1) {
      const world = await play(seed).catch((cause: unknown) => {
        throw new Error(`seed ${seed}: ${String(cause)}`, { cause })
      })
      if (world.most === world.max) full += 1
    }
    assert.ok(full > countOf('PLACES_SEEDS') / 2, `all places were in use in ${full} seeds only`)
  })

  it('cost no question for a call: two a second while there are calls, and none without', async () => {
    const world = new PlacesWorld(8, new SeededRandom('quiet'))
    const instance = new SimulatedInstance(world, 1, 1)
    const waited: number[] = []
    for (let i = 0; i < 300; i += 1) {
      const began = world.time.now
      void instance.call(60, PATIENCE_MS).then(() => waited.push(world.time.now - began - 60))
      await world.pass(100)
    }
    await world.pass(100)
    assert.equal(instance.ended, 300)
    assert.deepEqual(
      waited.filter((ms) => ms > 0),
      waited.slice(0, 1),
      'only the first call waits',
    )
    assert.ok(world.questions <= 62, `${world.questions} questions in 30 s`)
    await world.pass(6_000)
    const { questions } = world
    await world.pass(60_000)
    assert.equal(world.questions, questions)
    assert.equal(world.lent(), 0)
  })

  it('are given to an instance that comes while another has all, half of them within 1.5 s', async () => {
    const world = new PlacesWorld(8, new SeededRandom('newcomer'))
    const [busy, newcomer] = [1, 2].map((number) => new SimulatedInstance(world, number, 1))
    let goesOn = true
    const keepBusy = async (instance: SimulatedInstance | undefined) => {
      while (goesOn) await instance?.call(100, PATIENCE_MS)
    }
    for (let i = 0; i < 16; i += 1) void keepBusy(busy)
    await world.pass(3_000)
    for (let i = 0; i < 16; i += 1) void keepBusy(newcomer)
    await world.pass(1_500)
    const places = world.lots.map((lot) => [lot.holder, lot.places])
    assert.deepEqual(
      new Map(places as [string, number][]),
      new Map([
        ['1', 4],
        ['2', 4],
      ]),
    )
    const [before, began] = [busy?.ended ?? 0, newcomer?.ended ?? 0]
    await world.pass(10_000)
    const [kept, got] = [(busy?.ended ?? 0) - before, (newcomer?.ended ?? 0) - began]
    // 40 calls a second each is all that four places let through.
    assert.ok(kept > 380 && got > 380, `${kept} and ${got} calls`)
    assert.deepEqual([busy?.expected(), newcomer?.expected()], [4, 4])
    goesOn = false
    await world.pass(10_000)
    assert.deepEqual([busy?.expected(), newcomer?.expected()], [8, 8])
  })

  for (const [fault, { broken, found }] of Object.entries(PLANTED)) {
    it(`would be too many, or be missed, if ${fault}`, async () => {
      assert.match(await firstFailure(broken), found)
    })
  }
})

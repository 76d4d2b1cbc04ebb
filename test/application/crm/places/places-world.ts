// A world of instances that share the places of one CRM, on virtual time, with whatever may go wrong between.

import assert from 'node:assert/strict'
import { makeLimiter } from '../../../../src/adapters/zoho/limits/limiter.ts'
import type { Clock } from '../../../../src/application/base/clock.port.ts'
import { AppError } from '../../../../src/application/base/errors.ts'
import type { PlaceDesk } from '../../../../src/application/crm/places/place-desk.port.ts'
import { type Lot, sharePlaces } from '../../../../src/application/crm/places/share-places.ts'
import { makeSharedPlaces } from '../../../../src/application/crm/places/shared-places.ts'
import { type EpochMs, instantAt } from '../../../../src/domain/time.ts'
import type { SeededRandom } from '../../../simulation/plan/seeded-random.ts'
import { VirtualTime } from '../../../support/time/virtual-time.ts'

export const LEASE_MS = 2_000
export const CALL_MS = 1_000

/** How the database is to an instance that asks. */
export type Weather = { latencyMs: number; lostBefore: number; lostAfter: number; isAway: boolean }

export const FAIR: Weather = { latencyMs: 2, lostBefore: 0, lostAfter: 0, isAway: false }

/** What is broken on purpose, to see that the test finds it. */
export type Broken = {
  readonly desk?: (desk: PlaceDesk) => PlaceDesk
  readonly share?: typeof sharePlaces
  /** What the instance takes its lease to be, while the desk counts by the true one. */
  readonly leaseMs?: number
  /** A wall clock that stands still. */
  readonly noWallClock?: true
}

/** One instance: a process with a clock of its own, which may run apart from the others. */
export class SimulatedInstance {
  readonly number: number
  ended = 0
  #pausedUntil = 0
  #aheadMs = 0
  #jumpedAt = Number.NEGATIVE_INFINITY
  #pausedMs = 0
  #dead = false
  readonly #world: PlacesWorld
  readonly #rate: number
  readonly #places
  readonly #limiter

  constructor(world: PlacesWorld, number: number, rate: number) {
    this.#world = world
    this.#rate = rate
    this.number = number
    const clock = this.#clock()
    this.#places = makeSharedPlaces({
      desk: world.deskOf(this),
      holder: String(number),
      clock,
      logger: { warn() {} },
      max: world.max,
      leaseMs: world.broken.leaseMs ?? LEASE_MS,
      callMs: CALL_MS,
    })
    const random = { fraction: () => 0.5 }
    this.#limiter = makeLimiter({ clock, random, maxConcurrency: world.max, places: this.#places })
  }

  /** Makes one call, which gives up waiting after a while; never throws. */
  async call(ms: number, patienceMs: number): Promise<void> {
    const { time } = this.#world
    const over = new AbortController()
    const cancel = time.after(patienceMs, () => over.abort())
    const release = await this.#limiter.take('new', over.signal)
    cancel()
    if (release === undefined) return
    this.#world.begin()
    await time.sleep(ms)
    // The CRM is done with it, also where the process is no more.
    this.#world.end()
    await this.#awake()
    this.ended += 1
    release('answered')
  }

  /** The process dies: its calls go on in the CRM, and it says nothing any more. */
  kill(): void {
    this.#dead = true
  }

  /** The machine is suspended: its monotonic clock stands still, its wall clock does not. */
  suspend(ms: number): void {
    const { now } = this.#world.time
    // Where the clock was set back right before it, no clock of the machine shows how long it was.
    if (this.#pausedUntil > now || now < this.#jumpedAt + LEASE_MS) return
    this.#pausedUntil = now + ms
    this.#pausedMs += ms
  }

  /** Somebody sets the clock; of a machine that is suspended nobody can. */
  jump(ms: number): void {
    const { now } = this.#world.time
    if (this.#pausedUntil > now) return
    this.#aheadMs += ms
    this.#jumpedAt = now
  }

  /** What the admission of sales counts on. */
  expected(): number {
    return this.#places.expected()
  }

  get isDead(): boolean {
    return this.#dead
  }

  /** Resolves when the process runs; never where it is dead. */
  async #awake(): Promise<void> {
    if (this.#dead) return new Promise(() => {})
    const { time } = this.#world
    while (time.now < this.#pausedUntil) await time.sleep(this.#pausedUntil - time.now)
  }

  /** What comes from outside reaches a process that runs only. */
  async reach<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } finally {
      await this.#awake()
    }
  }

  #clock(): Clock {
    const { time } = this.#world
    const ran = () => {
      const still = Math.max(0, this.#pausedUntil - time.now)
      return (time.now - this.#pausedMs + still) * this.#rate
    }
    return {
      now: () => (this.#world.broken.noWallClock ? 0 : time.now + this.#aheadMs) as EpochMs,
      instant: () => instantAt(ran()),
      sleep: async (ms, signal) => {
        if (signal?.aborted) return
        const { promise, resolve } = Promise.withResolvers<void>()
        const cancel = time.after(Math.max(1, ms / this.#rate), resolve)
        const wake = () => {
          cancel()
          time.activity += 1
          resolve()
        }
        signal?.addEventListener('abort', wake, { once: true })
        await promise
        signal?.removeEventListener('abort', wake)
        await this.#awake()
      },
    }
  }
}

export class PlacesWorld {
  readonly time = new VirtualTime(Date.parse('2026-11-24T10:00:00.000Z'), 3)
  readonly max: number
  readonly random: SeededRandom
  readonly broken: Broken
  weather: Weather = { ...FAIR }
  lots: readonly Lot[] = []
  /** Calls in flight of all instances, as the CRM sees them. */
  inFlight = 0
  most = 0
  questions = 0
  #turn = 0

  constructor(max: number, random: SeededRandom, broken: Broken = {}) {
    this.max = max
    this.random = random
    this.broken = broken
  }

  begin(): void {
    this.inFlight += 1
    this.most = Math.max(this.most, this.inFlight)
  }

  end(): void {
    this.inFlight -= 1
  }

  lent(): number {
    const counted = this.lots.filter(({ freeAt }) => freeAt > this.time.now)
    return counted.reduce((sum, { places }) => sum + places, 0)
  }

  /** The desk, as this instance reaches it. */
  deskOf(instance: SimulatedInstance): PlaceDesk {
    const { random } = this
    const through = async <T>(work: () => T): Promise<T> => {
      const { latencyMs, lostBefore, lostAfter, isAway } = this.weather
      this.questions += 1
      await this.time.sleep(1 + random.fraction() * latencyMs)
      if (isAway || random.chance(lostBefore)) throw new AppError('unavailable', 'not heard')
      // One that died meanwhile may have sent its commit.
      const answer = work()
      await this.time.sleep(1 + random.fraction() * latencyMs)
      if (random.chance(lostAfter)) throw new AppError('lost', 'heard, and not answered')
      return answer
    }
    const desk: PlaceDesk = {
      ask: (question) =>
        instance.reach(
          through(() => {
            this.#turn += 1
            const share = this.broken.share ?? sharePlaces
            const lot = share(this.lots, question, this.#turn, this.time.now)
            const others = this.lots.filter((other) => other.holder !== lot.holder)
            this.lots = [...others.filter(({ freeAt }) => freeAt > this.time.now), lot]
            return lot
          }),
        ),
      leave: (holder) =>
        instance.reach(
          through(() => {
            this.lots = this.lots.filter((lot) => lot.holder !== holder)
          }),
        ),
    }
    return this.broken.desk?.(desk) ?? desk
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    const until = this.time.now + ms
    this.time.after(ms, () => {})
    // What has just begun sets its own timers first.
    await this.time.settle()
    while (this.time.now < until) await this.time.step()
    assert.ok(this.most <= this.max, `${this.most} calls in flight of ${this.max}`)
  }
}

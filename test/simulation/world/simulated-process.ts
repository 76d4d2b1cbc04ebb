// One process of the simulation: the real service over ports that end with it.

import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'
import { makeServer } from '../../../src/adapters/http/server.ts'
import { checkSignature, makeSigner } from '../../../src/adapters/signing/ed25519.ts'
import type { Database } from '../../../src/adapters/sql/database/database.ts'
import { makeSqlInstances } from '../../../src/adapters/sql/instances/sql-instances.ts'
import { makeLogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import { longestCallMs } from '../../../src/adapters/zoho/zoho.ts'
import type { Clock } from '../../../src/application/base/clock.port.ts'
import type { Random } from '../../../src/application/base/random.port.ts'
import { makeKnownLog } from '../../../src/application/checkpoints/known-log.ts'
import { makeSharedPlaces } from '../../../src/application/crm/places/shared-places.ts'
import { makeWatchOrganisation } from '../../../src/application/crm/watch-organisation.ts'
import type { InstanceNumber } from '../../../src/application/instances/instances.port.ts'
import { makeLease, type OwnLease } from '../../../src/application/instances/lease.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import { type EpochMs, instantAt } from '../../../src/domain/time.ts'
import { connectZoho } from '../../../src/infrastructure/service/connect-zoho.ts'
import { checkFitness } from '../../../src/infrastructure/service/crm-fitness.ts'
import { checkFrom } from '../../../src/infrastructure/service/open-checkpoints.ts'
import { storeOf } from '../../../src/infrastructure/service/open-store.ts'
import { makeService } from '../../../src/infrastructure/service/service.ts'
import { SILENT_METER } from '../../support/fakes/silent-meter.ts'
import type { SeededRandom } from '../plan/seeded-random.ts'
import { WatchedGroups } from './watched-groups.ts'
import type { World } from './world.ts'

/** Where the monotonic clock of each process counts from: far from where wall time does. */
const MONOTONIC_BEGIN = Date.parse('2026-11-20T00:00:00.000Z')

const SIGNER = makeSigner('simulated/sales-log', new Uint8Array(32).fill(7))

/** What a call of a dead process becomes. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined)
}

/** A point that a process reached, counted from its start. */
export type Point = {
  readonly label: string
  /** Something is on disk or outside that was not before, or is just about to be. */
  readonly isDurable: boolean
}

type Built = {
  readonly server: Pick<FastifyInstance, 'inject'>
  /** What SIGTERM does. */
  stop(): Promise<void>
}

/** Returns whether the process dies at this point. */
export type Doom = (point: Point) => boolean

/** Returns for how many milliseconds the process is stopped at this point, as by SIGSTOP; `undefined` for not. */
export type Freezer = (point: Point) => number | undefined

/** What makes a process another one than those beside it. */
export type Machine = {
  /** Which of the instances it is, from 0: its successor is the same. */
  readonly slot: number
  readonly wallOffsetMs: number
  /** Milliseconds of its monotonic clock in one of the world. */
  readonly clockRate: number
}

/**
 * One life of the service: the real application over ports that end with it. Once it is dead none
 * of its calls reaches the outside, and none comes back.
 */
export class SimulatedProcess {
  readonly number: number
  readonly slot: number
  alive = true
  /** Requests reach it: its port is open. */
  listening = false
  /** It was told to stop. */
  isStopping = false
  /** It came to its end by itself, all done. */
  stoppedInOrder = false
  /** The service and its front, once they are built. */
  built: Built | undefined
  doom: Doom | undefined
  freezer: Freezer | undefined
  /** The number under which it writes, once it has joined; `null` where it has the database alone. */
  instance: InstanceNumber | null = null
  readonly groups = new WatchedGroups()
  /** Resolves when the process is gone, however it ended. */
  readonly gone: Promise<'gone'>
  readonly clock: Clock
  /** What takes each sleeper of this process out again. */
  readonly #sleepers = new Set<() => void>()
  /** What reached it while its machine was suspended, in order. */
  #onResume: (() => void)[] = []
  #suspendedAt: number | undefined
  /** When something was last out of order here, in the time of the world: it was stopped, or heard nothing of the database. */
  troubledAt = Number.NEGATIVE_INFINITY
  /** When its machine is resumed, in the time of the world; `undefined` while it runs. */
  suspendedUntil: number | undefined
  /** How long its machine was suspended in all, up to the last resume. */
  #suspendedMs = 0
  /** How far ahead its wall clock is. */
  #aheadMs: number
  readonly #clockRate: number
  readonly #world: World
  readonly #end: (how: 'gone') => void

  constructor(world: World, number: number, { slot, wallOffsetMs, clockRate }: Machine) {
    this.number = number
    this.slot = slot
    this.#clockRate = clockRate
    this.#world = world
    const { promise, resolve } = Promise.withResolvers<'gone'>()
    this.gone = promise
    this.#end = resolve
    this.#aheadMs = wallOffsetMs
    this.clock = this.#makeClock()
  }

  /** A point that the process reaches. Where its doom is to die, the promise never settles. */
  reach(label: string, isDurable: boolean): Promise<void> | undefined {
    if (!this.alive) return never()
    this.#world.time.activity += 1
    if (this.doom?.({ label, isDurable }) === true) {
      this.#world.crash(this, label)
      return never()
    }
    const frozenMs = this.freezer?.({ label, isDurable })
    if (frozenMs === undefined || this.isSuspended) return undefined
    this.#world.count(
      label.startsWith('send ')
        ? 'instances stopped before a request'
        : 'instances stopped at a point',
    )
    this.suspend(frozenMs, true)
    return this.awake()
  }

  /** The disk failed: the process ends before any answer leaves. */
  lose(): Promise<never> {
    if (this.alive) this.#world.crash(this, 'lost')
    return never()
  }

  get isSuspended(): boolean {
    return this.#suspendedAt !== undefined
  }

  /**
   * Suspends its machine: none of its code runs, its timers and its monotonic clock stand still, and
   * the world goes on.
   *
   * @param isStopped only the process is stopped, as by SIGSTOP: its clocks go on
   */
  suspend(forMs: number, isStopped = false): void {
    if (!this.alive || this.isSuspended) return
    const { time, trace } = this.#world
    trace.add(`p${this.number} is suspended for ${forMs} ms`)
    this.#suspendedAt = time.now
    this.suspendedUntil = time.now + forMs
    this.#world.database.onStopped(this)
    time.after(forMs, () => {
      if (!this.alive || this.#suspendedAt === undefined) return
      trace.add(`p${this.number} is resumed`)
      this.troubledAt = time.now
      if (!isStopped) this.#suspendedMs += time.now - this.#suspendedAt
      this.#suspendedAt = undefined
      this.suspendedUntil = undefined
      const waiting = this.#onResume
      this.#onResume = []
      for (const go of waiting) go()
    })
  }

  /** What comes from outside passes here: it is seen once the machine is not suspended any more. */
  awake(): Promise<void> | undefined {
    if (!this.isSuspended) return undefined
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onResume.push(resolve)
    return promise
  }

  /** Somebody sets its wall clock. */
  setClock(byMs: number): void {
    this.#world.trace.add(`the clock of p${this.number} is set by ${byMs} ms`)
    this.#aheadMs += byMs
  }

  /** Ends it at once. */
  die(): void {
    this.alive = false
    this.listening = false
    this.#onResume = []
    // Node holds a signal that is heard for as long as it may be aborted, and this world by it.
    for (const forget of this.#sleepers) forget()
    this.#sleepers.clear()
    this.#end('gone')
  }

  /** What `serve` does, as far as it is not about sockets and signals. */
  async start(): Promise<void> {
    const world = this.#world
    const { config } = world
    const logger = pino(
      { level: config.logLevel, base: null, timestamp: false },
      { write: (line: string) => this.#log(line) },
    )
    const clock = world.sabotageClock?.(this.clock) ?? this.clock
    const random = makeRandom(world.random.of(`process ${this.number}`), clock, world)
    const { store: trueStore, shared, places, seen } = this.#openStore(clock, logger)
    const plainFetch = world.network.fetchOf(this)
    const fetch = world.sabotageFetch?.(plainFetch, world) ?? plainFetch
    const tokenStore = trueStore.token
    const mayWrite = world.sabotageInstance?.mayWrite ?? shared?.lease.holds
    const trueZoho = connectZoho({ config, clock, random, tokenStore, fetch, places, mayWrite })
    const ports = { store: trueStore, zoho: trueZoho }
    const { store, zoho } = { ...ports, ...world.sabotage?.(ports, world) }
    const organisation = makeWatchOrganisation({ crm: zoho.crm, clock, logger })
    const [first] = await Promise.all([
      checkFitness({ config, admin: zoho.admin, clock, logger }),
      organisation.ask(),
    ])
    if (first.type === 'unsafe') {
      world.crash(this, 'refuses to serve')
      return never()
    }
    const checkpointFile = world.checkpointFileOf(this)
    const { tree, checkpoints } = trueStore
    const kept = { tree, log: checkpoints, file: checkpointFile, signer: SIGNER }
    const newest = (await checkpointFile.newest()) ?? (await checkpoints.newest())
    const known = seen?.file
    const check = await checkFrom(newest, { ...kept, checkSignature, known }, shared !== undefined)
    if (check.type === 'differs') {
      world.violate(`a start was refused: ${check.why}`)
      world.crash(this, 'refuses to serve')
      return never()
    }
    const service = makeService({
      config,
      store,
      shared,
      seen,
      zoho,
      fitness: first.fitness,
      organisation,
      mailer: world.mailServer.mailerOf(this),
      clock,
      random,
      logger,
      meter: SILENT_METER,
      signer: SIGNER,
      checkpointFile,
      onLost: () => void this.lose(),
    })
    const server = await world.time.hold(makeServer(service))
    // Deno waits for a timer of its own in `close`.
    const stop = async () => {
      await service.stop(() => world.time.hold(server.close()))
      await places?.end()
    }
    this.built = { server, stop }
    await service.start(async () => {
      this.listening = this.alive
    })
  }

  /** The store, and in a world of several what this process is among them. */
  #openStore(clock: Clock, logger: Logger) {
    const world = this.#world
    const { instances: several, sabotageInstance: planted } = world
    const database = this.#open()
    const known = several && makeKnownLog()
    const pause = (ms: number) => clock.sleep(ms)
    const onCommit = () => undefined
    const trueWriter = makeLogWriter(database, this.#endOfTurn, onCommit, { known, pause })
    const watched = this.groups.watch(trueWriter)
    const writer = world.sabotageWriter?.(watched) ?? watched
    if (several === undefined || known === undefined) {
      return { store: world.withLateDriver(storeOf(database, writer)) }
    }
    const { leaseMs } = several
    const instances = makeSqlInstances(this.#open())
    const name = `p${this.number}`
    const trueLease = this.#known(makeLease({ instances, clock, name, leaseMs }))
    const lease = planted?.lease?.(trueLease) ?? trueLease
    const store = storeOf(database, writer, lease)
    const callMs = longestCallMs(world.config.requestTimeoutMs)
    const places = makeSharedPlaces({
      ...{ desk: store.places, clock, logger, leaseMs, callMs },
      max: world.config.zoho.maxConcurrency,
      holder: name,
    })
    const seen = { known, file: world.knownLogFileOf(this) }
    const others = planted?.instances?.(store.instances) ?? store.instances
    return { store, shared: { instances: others, lease }, places, seen }
  }

  #open(): Database {
    const database = this.#world.database.open(this)
    const now = this.#world.sabotageInstance?.now
    return now === undefined ? database : { ...database, now: () => now(this.clock) }
  }

  /** The world learns each number that this process gets. */
  #known(lease: OwnLease): OwnLease {
    const join = async () => {
      this.instance = await lease.join()
      this.#world.trace.add(`p${this.number} is instance ${this.instance}`)
      return this.instance
    }
    return { ...lease, join }
  }

  get isOneOfSeveral(): boolean {
    return this.#world.instances !== undefined
  }

  /** All that is written at one instant is one group. */
  readonly #endOfTurn = (then: () => void): void => {
    this.#world.time.after(0, () =>
      this.#whenAwake(() => {
        this.groups.onTurn()
        then()
      }),
    )
  }

  #whenAwake(go: () => void): void {
    if (!this.alive) return
    if (this.isSuspended) this.#onResume.push(go)
    else go()
  }

  /** Milliseconds on its monotonic clock. */
  get #monotonicMs(): number {
    const ranMs = (this.#suspendedAt ?? this.#world.time.now) - this.#suspendedMs - MONOTONIC_BEGIN
    return Math.floor(ranMs * this.#clockRate)
  }

  #log(line: string): void {
    if (this.alive) this.#world.onLogLine(line)
  }

  #makeClock(): Clock {
    const { time, random, dials } = this.#world
    const chance = random.of(`timers of process ${this.number}`)
    const lateness = () => {
      const { early, lateMs } = dials.timers
      if (early > 0 && chance.chance(early)) return -1
      return lateMs > 0 ? chance.int(0, lateMs) : 0
    }
    return {
      now: () => (time.now + this.#aheadMs) as EpochMs,
      instant: () => instantAt(this.#monotonicMs),
      sleep: (ms, signal) => {
        if (!this.alive) return never()
        if (signal?.aborted) return Promise.resolve()
        const { promise, resolve } = Promise.withResolvers<void>()
        const wake = () => {
          forget()
          time.activity += 1
          resolve()
        }
        // A timer of Node takes a millisecond at least.
        const dueMs = this.#monotonicMs + Math.max(1, Math.ceil(ms) + lateness())
        let cancel = () => {}
        const arm = () => {
          const leftMs = Math.ceil((dueMs - this.#monotonicMs) / this.#clockRate)
          cancel = time.after(leftMs, () => this.#whenAwake(fire))
        }
        const fire = () => (this.#monotonicMs >= dueMs ? wake() : arm())
        arm()
        const forget = () => {
          cancel()
          signal?.removeEventListener('abort', wake)
          this.#sleepers.delete(forget)
        }
        this.#sleepers.add(forget)
        signal?.addEventListener('abort', wake, { once: true })
        return promise
      },
    }
  }
}

function makeRandom(row: SeededRandom, clock: Clock, world: World): Random {
  let last = 0
  let counter = 0
  return {
    fraction: () => row.fraction(),
    saleId() {
      const now = clock.now()
      counter = now === last ? counter + 1 : 0
      last = now
      const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
      const time = hex(now, 12)
      const tail = hex(row.bits(), 8) + hex(row.bits() & 0xffff, 4)
      const id = `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-a${tail.slice(0, 3)}`
      const saleId = `${id}-${tail.slice(3)}${hex(row.bits() & 0xfff, 3)}` as SaleId
      world.count('sale ids drawn')
      world.onSaleId(saleId)
      return saleId
    },
  }
}

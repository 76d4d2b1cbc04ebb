// One process of the simulation: the real service over ports that end with it.

import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { makeServer } from '../../../src/adapters/http/server.ts'
import { checkSignature, makeSigner } from '../../../src/adapters/signing/ed25519.ts'
import { makeLogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import type { Clock } from '../../../src/application/base/clock.port.ts'
import type { Random } from '../../../src/application/base/random.port.ts'
import { checkLog } from '../../../src/application/checkpoints/check-log.ts'
import { makeWatchOrganisation } from '../../../src/application/crm/watch-organisation.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import { type EpochMs, instantAt } from '../../../src/domain/time.ts'
import { connectZoho } from '../../../src/infrastructure/service/connect-zoho.ts'
import { checkFitness } from '../../../src/infrastructure/service/crm-fitness.ts'
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

/**
 * One life of the service: the real application over ports that end with it. Once it is dead none
 * of its calls reaches the outside, and none comes back.
 */
export class SimulatedProcess {
  readonly number: number
  alive = true
  /** Requests reach it: its port is open. */
  listening = false
  /** It came to its end by itself, all done. */
  stoppedInOrder = false
  /** The service and its front, once they are built. */
  built: Built | undefined
  doom: Doom | undefined
  readonly groups = new WatchedGroups()
  /** Resolves when the process is gone, however it ended. */
  readonly gone: Promise<'gone'>
  readonly clock: Clock
  /** What takes each sleeper of this process out again. */
  readonly #sleepers = new Set<() => void>()
  /** What reached it while its machine was suspended, in order. */
  #onResume: (() => void)[] = []
  #suspendedAt: number | undefined
  /** When its machine is resumed, in the time of the world; `undefined` while it runs. */
  suspendedUntil: number | undefined
  /** How long its machine was suspended in all, up to the last resume. */
  #suspendedMs = 0
  /** How far ahead its wall clock is. */
  #aheadMs: number
  readonly #world: World
  readonly #end: (how: 'gone') => void

  constructor(world: World, number: number, wallOffsetMs: number) {
    this.number = number
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
    if (this.doom?.({ label, isDurable }) !== true) return undefined
    this.#world.crash(this, label)
    return never()
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
   */
  suspend(forMs: number): void {
    if (!this.alive || this.isSuspended) return
    const { time, trace } = this.#world
    trace.add(`p${this.number} is suspended for ${forMs} ms`)
    this.#suspendedAt = time.now
    this.suspendedUntil = time.now + forMs
    time.after(forMs, () => {
      if (!this.alive || this.#suspendedAt === undefined) return
      trace.add(`p${this.number} is resumed`)
      this.#suspendedMs += time.now - this.#suspendedAt
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
    const database = world.database.open(this)
    const watched = this.groups.watch(makeLogWriter(database, this.#endOfTurn))
    const writer = world.sabotageWriter?.(watched) ?? watched
    const trueStore = world.withLateDriver(storeOf(database, writer))
    const plainFetch = world.network.fetchOf(this)
    const fetch = world.sabotageFetch?.(plainFetch, world) ?? plainFetch
    const trueZoho = connectZoho({ config, clock, random, tokenStore: trueStore.token, fetch })
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
    const check = await checkLog({ ...kept, checkSignature })
    if (check.type === 'differs') {
      world.violate(`a start was refused: ${check.why}`)
      world.crash(this, 'refuses to serve')
      return never()
    }
    const service = makeService({
      config,
      store,
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
    const stop = () => service.stop(() => world.time.hold(server.close()))
    this.built = { server, stop }
    await service.start(async () => {
      this.listening = this.alive
    })
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
    return (this.#suspendedAt ?? this.#world.time.now) - this.#suspendedMs - MONOTONIC_BEGIN
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
          cancel = time.after(dueMs - this.#monotonicMs, () => this.#whenAwake(fire))
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

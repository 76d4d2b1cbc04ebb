// The world of the simulation: the processes, and everything outside of them.

import type { Expression } from 'kysely'
import { type FakeZoho, makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type { LogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import type { ZohoFetch } from '../../../src/adapters/zoho/exchange/zoho-config.ts'
import type { Zoho } from '../../../src/adapters/zoho/zoho.ts'
import type { Clock } from '../../../src/application/base/clock.port.ts'
import { errorCode } from '../../../src/application/base/errors.ts'
import type { CheckpointFile } from '../../../src/application/checkpoints/checkpoint-file.port.ts'
import type {
  KnownLogFile,
  KnownRoot,
} from '../../../src/application/checkpoints/known-log-file.port.ts'
import type { Instances as InstancesPort } from '../../../src/application/instances/instances.port.ts'
import type { OwnLease } from '../../../src/application/instances/lease.ts'
import type { SaleStore } from '../../../src/application/sale/run/sale-store.port.ts'
import { type Config, readConfig } from '../../../src/infrastructure/config/config.ts'
import type { Store } from '../../../src/infrastructure/service/open-store.ts'
import { VirtualTime } from '../../support/time/virtual-time.ts'
import { Ownership } from '../judge/ownership.ts'
import { Trace } from '../judge/trace.ts'
import { CALM, type Dials, type Range } from '../plan/dials.ts'
import { HiddenRecords } from '../plan/hidden-records.ts'
import { type Lies, ODD_PRODUCTS } from '../plan/lies.ts'
import { SeededRandom } from '../plan/seeded-random.ts'
import { type DatabaseTemplate, SimulatedDatabase, type StoredEvent } from './simulated-database.ts'
import { type Copy, SimulatedMailServer } from './simulated-mail-server.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { type Machine, never, SimulatedProcess } from './simulated-process.ts'
import { groupOf, MANY } from './watched-groups.ts'

export const STARTED_AT = Date.parse('2026-11-24T10:00:00.000Z')

/**
 * How long, once the faults have stopped, everything may take to come to an end: a rollback waits up
 * to ten minutes between two attempts, a mail up to fifteen, and a shut token up to ten more.
 */
const REST_WITHIN_MS = 45 * 60_000

/** Nothing of these may ever be seen outside of where it belongs. */
export const SECRETS = {
  ZOHO_CLIENT_SECRET: 'sim-client-secret-1c3f8e',
  ZOHO_REFRESH_TOKEN: 'sim-refresh-token-9b27aa',
} as const

const SETTINGS = {
  CRM: 'zoho',
  ZOHO_ACCOUNTS_URL: 'https://accounts.crm.example',
  ZOHO_API_URL: 'https://api.crm.example',
  ZOHO_CLIENT_ID: 'sim-client',
  ...SECRETS,
  MAIL_FROM: 'gateway@plg.example',
  LOG_LEVEL: 'info',
}

/** The slowest monotonic clock among those of the instances, against the fastest. */
const SLOWEST_RATE = 0.98

export type Pace = {
  /** What each call takes there, and back. */
  readonly paceMs: number
  readonly forMs: number
  /** The CRM and the way there have no faults meanwhile. */
  readonly isClear: boolean
}

/** Of the appends while the calls keep pace: those that are made twice. */
const LATE_DRIVER_SHARE = 0.2

const CREATED = /"Gateway_Reference":"([0-9a-f-]{36}):([a-zA-Z]+)"/

/** The event that has to be on disk before the create of a step is sent. */
const RESTS_ON: Readonly<Record<string, string>> = {
  deal: 'SalePriced',
  quote: 'DealCreated',
  salesOrder: 'QuoteCreated',
}

/** One event of the log, as far as the world looks into it. */
export type SeenEvent = {
  readonly position: number
  readonly saleId: string | null
  readonly sequence: number | null
  readonly type: string
  readonly at: string
  readonly data: Readonly<Record<string, unknown>>
  readonly actor: { readonly client?: string; readonly requestId?: string }
  readonly prev: string | null
}

export type WorldOptions = {
  readonly seed: string
  readonly template: DatabaseTemplate
  readonly settings?: Readonly<Record<string, string>>
  readonly dials?: Dials
  /** How long a process stays away once it is gone, in milliseconds. */
  readonly awayMs?: Range
  /** How far apart the wall clocks of two processes may be, in milliseconds. */
  readonly clockJumpMs?: number
  /** A fault planted into the service, to see that it is found. */
  readonly sabotage?: Sabotage | undefined
  /** The same, planted between the service and the CRM. */
  readonly sabotageFetch?: SabotageFetch | undefined
  /** The same, planted into the groups in which each process writes. */
  readonly sabotageWriter?: SabotageWriter | undefined
  /** The same, planted into the clocks of each process. */
  readonly sabotageClock?: SabotageClock | undefined
  /** What the CRM says that none of its documents names; `undefined` when it is true to them. */
  readonly lies?: Lies | undefined
  /** The instances that serve the database; one that has it alone, where it is left out. */
  readonly instances?: Instances | undefined
  /** The same, planted into what makes each process one of several. */
  readonly sabotageInstance?: SabotageInstance | undefined
  /** In the place of what the service promises, where a test has no time for that. */
  readonly restWithinMs?: number | undefined
}

/** The ports of each process, as the application is to see them in place of the true ones. */
export type Sabotage = (ports: Ports, world: World) => Partial<Ports>
/** Makes the `fetch` of one process. */
export type SabotageFetch = (fetch: ZohoFetch, world: World) => ZohoFetch
/** Makes the writer of one process. */
export type SabotageWriter = (writer: LogWriter) => LogWriter
/** Makes the clocks of one process, as the application is to see them. */
export type SabotageClock = (clock: Clock) => Clock
/** What each of several instances has in place of the true thing. */
export type SabotageInstance = {
  /** The clock by which the database rules leases. */
  readonly now?: (own: Clock) => Expression<number>
  readonly lease?: (lease: OwnLease) => OwnLease
  readonly instances?: (instances: InstancesPort) => InstancesPort
  /** What each commit without an answer is taken for. */
  readonly lostCommitAs?: 'stored' | 'not stored'
  readonly mayWrite?: () => boolean
}
export type Ports = { readonly store: Store; readonly zoho: Zoho }

/** Several instances over one database. */
export type Instances = {
  readonly leaseMs: number
  /** One for each instance. */
  readonly machines: readonly Omit<Machine, 'slot'>[]
}

const ALONE: readonly Omit<Machine, 'slot'>[] = [{ wallOffsetMs: 0, clockRate: 1 }]

/** The service and all that is outside of it, in one thread, driven by one seed. */
export class World {
  readonly time = new VirtualTime(STARTED_AT)
  readonly trace = new Trace(this.time)
  readonly random: SeededRandom
  readonly config: Config
  readonly database: SimulatedDatabase
  readonly fake: FakeZoho
  readonly network: SimulatedNetwork
  readonly mailServer: SimulatedMailServer
  /** What the machine of each instance keeps on its own disk. */
  readonly #disks: { readonly checkpoints: CheckpointFile; known: KnownRoot | undefined }[]
  readonly template: DatabaseTemplate
  readonly sabotage: Sabotage | undefined
  readonly sabotageFetch: SabotageFetch | undefined
  readonly sabotageWriter: SabotageWriter | undefined
  readonly sabotageClock: SabotageClock | undefined
  readonly instances: Instances | undefined
  readonly sabotageInstance: SabotageInstance | undefined
  readonly lies: Lies | undefined
  readonly hidden: HiddenRecords | undefined
  readonly restWithinMs: number
  /** The events of each sale, in order, as they were committed. */
  readonly sales = new Map<string, SeenEvent[]>()
  readonly events: SeenEvent[] = []
  /** When the last create of each reference was sent, in the time of the world. */
  readonly #sentAt = new Map<string, number>()
  readonly logLines: string[] = []
  /** What must never happen, and did. */
  readonly violations: string[] = []
  readonly counts = new Map<string, number>()
  dials: Dials
  /** The process of each instance; `undefined` while there is none. */
  readonly processes: (SimulatedProcess | undefined)[]
  /** Says how each new process is to end; `undefined` leaves it alone. */
  onBirth: (process: SimulatedProcess) => void = () => undefined
  /** An event is on disk. */
  onEvent: (event: SeenEvent) => void = () => undefined
  readonly ownership: Ownership | undefined
  /** A sale is about to be recorded under this id. */
  onSaleId: (saleId: string) => void = () => undefined
  readonly #awayMs: Range
  readonly #clockJumpMs: number
  readonly #births: SeededRandom
  #born = 0
  #areFaultsOver = false
  #accountsAway: FaultKind | undefined
  /** See `keepPace`. */
  #pace = { ms: 0, untilMs: 0 }
  /** How far ahead the clock of the newest process of each instance is, in milliseconds. */
  readonly #wallOffsetsMs: number[]

  constructor(options: WorldOptions) {
    this.random = new SeededRandom(options.seed)
    this.#births = this.random.of('births')
    this.template = options.template
    this.sabotage = options.sabotage
    this.sabotageFetch = options.sabotageFetch
    this.sabotageWriter = options.sabotageWriter
    this.sabotageClock = options.sabotageClock
    this.instances = options.instances
    this.sabotageInstance = options.sabotageInstance
    const machines = options.instances?.machines ?? ALONE
    this.processes = machines.map(() => undefined)
    if (options.instances !== undefined) this.count(`seeds of ${machines.length} instances`)
    this.#wallOffsetsMs = machines.map(() => 0)
    this.#disks = machines.map(() => ({
      checkpoints: openCheckpointFile(':memory:'),
      known: undefined,
    }))
    this.lies = options.lies
    this.restWithinMs = options.restWithinMs ?? REST_WITHIN_MS
    this.dials = options.dials ?? CALM
    this.#awayMs = options.awayMs ?? [1_000, 1_000]
    this.#clockJumpMs = options.clockJumpMs ?? 0
    this.config = configOf({ ...SETTINGS, ...options.settings })
    const { time, trace, random } = this
    const onFault = (name: string) => this.count(`fault: ${name}`)
    this.database = new SimulatedDatabase(options.template, {
      random: random.of('database'),
      now: () => time.now,
      sleep: (ms) => time.sleep(ms),
      after: (ms, then) => void time.after(ms, then),
      dials: () => this.dials.database,
      lostCommitAs: options.sabotageInstance?.lostCommitAs,
      onCommitted: (event, writer) => this.#noteEvent(event, writer),
      onFault: (name) => {
        onFault(name)
        this.ownership?.onLate()
        trace.add(`${name}`)
      },
      onGroup: (size) => this.count(groupOf(size)),
    })
    this.fake = makeFakeZoho({
      now: () => time.now,
      sleep: (ms) => time.sleep(ms),
      referenceField: this.config.zoho.referenceField,
      latencyMs: 0,
      settings: { seed: random.of('crm').bits() },
    })
    this.#turnCrm()
    this.hidden = this.#hideRecords()
    this.network = new SimulatedNetwork({
      time,
      trace,
      random: random.of('network'),
      fake: this.fake,
      dials: () => this.dials.network,
      paceMs: () => (time.now < this.#pace.untilMs ? this.#pace.ms : undefined),
      onFault,
      onWrite: (process, what, body) => this.ownership?.judgeWrite(process, what, body),
      onSent: (process, what, body) => this.#noteSent(process, what, body),
      onAnswered: options.lies && ((...answer) => this.#noteAnswer(...answer)),
    })
    this.mailServer = new SimulatedMailServer({
      time,
      trace,
      random: random.of('mail'),
      dials: () => this.dials.mail,
      onCopy: (copy) => this.#noteCopy(copy),
      onFault,
    })
    if (this.instances !== undefined) this.ownership = new Ownership(this, this.instances)
  }

  /** The process of the first instance. */
  get process(): SimulatedProcess | undefined {
    return this.processes[0]
  }

  /** The processes that there are. */
  get alive(): readonly SimulatedProcess[] {
    return this.processes.filter((one) => one !== undefined)
  }

  /** The newest checkpoint as one process sees it. It outlives the processes. */
  checkpointFileOf(process: SimulatedProcess): CheckpointFile {
    const { checkpoints } = this.#diskOf(process)
    return {
      newest: () => (process.alive ? checkpoints.newest() : never()),
      replace: async (expected, next) => {
        await process.reach('before checkpoint', true)
        const isFirst = await checkpoints.replace(expected, next)
        this.trace.add(`p${process.number} checkpoint ${next.number} of ${next.size}`)
        await process.reach('checkpoint kept', true)
        return isFirst
      },
      close: () => undefined,
    }
  }

  /** How far the machine of a process knows the log. It outlives the processes. */
  knownLogFileOf(process: SimulatedProcess): KnownLogFile {
    const disk = this.#diskOf(process)
    return {
      read: async () => disk.known,
      async write(known) {
        if (process.alive) disk.known = known
      },
    }
  }

  #diskOf({ slot }: SimulatedProcess) {
    const disk = this.#disks[slot]
    if (disk === undefined) throw new Error(`there is no instance ${slot}`)
    return disk
  }

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by)
  }

  violate(what: string): void {
    this.trace.add(`VIOLATION ${what}`)
    this.violations.push(what)
  }

  turn(dials: Dials): void {
    this.dials = dials
    this.#turnCrm()
  }

  /** From now on each call to the CRM takes the same time, so that none overtakes another. */
  keepPace(pace: Pace): void {
    const { paceMs, forMs, isClear } = pace
    this.trace.add(`every call takes ${paceMs} ms there and back`)
    this.#pace = { ms: paceMs, untilMs: this.time.now + forMs }
    if (!isClear) return
    const before = this.dials
    this.turn({ ...before, network: CALM.network, crm: CALM.crm })
    this.time.after(forMs, () => {
      if (!this.#areFaultsOver) this.turn(before)
    })
  }

  /**
   * While the calls keep pace, some appends are made twice: by a second driver of the sale, which has
   * not seen the event of the first.
   */
  withLateDriver(store: Store): Store {
    const { sales } = store
    const isToo = this.random.of('late driver')
    const append: SaleStore['append'] = (one) => {
      const stored = sales.append(one)
      if (this.time.now < this.#pace.untilMs && isToo.chance(LATE_DRIVER_SHARE)) {
        sales.append(one).then(
          () => this.violate(`6: sale ${one.saleId} was stored twice after ${one.after}`),
          (error) => this.count(`second appends: ${errorCode(error)}`),
        )
      }
      return stored
    }
    return { ...store, sales: { ...sales, append } }
  }

  /** The accounts host goes away, or is there again. */
  turnAccounts(away: FaultKind | undefined): void {
    if (away !== undefined) this.count('lie: accounts host away')
    this.trace.add(away === undefined ? 'the accounts host is there' : `it is away: ${away.type}`)
    this.#accountsAway = away
    this.#turnCrm()
  }

  /** The faults stop, and the lies but for those that last. */
  endFaults(dials: Dials): void {
    this.#areFaultsOver = true
    this.#accountsAway = undefined
    this.turn(dials)
  }

  /** What the CRM has of the weather, of the lies, and of an accounts host that is away. */
  #turnCrm(): void {
    const { crm } = this.dials
    const lies = this.#areFaultsOver ? undefined : this.lies
    const away = this.#accountsAway
    const isAway = away && ({ operation: 'token', kind: away, probability: 1 } as const)
    this.fake.settings.change({
      ...crm,
      ...lies?.whileFaultsLast,
      ...this.lies?.lasting,
      chanceFaults: [
        ...(isAway === undefined ? [] : [isAway]),
        ...(crm.chanceFaults ?? []),
        ...(lies?.chanceFaults ?? []),
      ],
    })
  }

  #hideRecords(): HiddenRecords | undefined {
    if (this.lies !== undefined) this.count('lying seeds')
    const plan = this.lies?.hiding
    if (plan === undefined) return undefined
    const { fake, random } = this
    const count = (name: string) => this.count(name)
    const hidden = new HiddenRecords({ fake, random: random.of('hiding'), plan, count })
    fake.hooks.after = (operation) => hidden.onApplied(operation)
    return hidden
  }

  /** Before a create is sent, the event that it rests on is on disk: a crash now must not hide it. */
  #noteSent(process: SimulatedProcess, what: string, body: string): void {
    if (!what.startsWith('POST /crm/v8/')) return
    const [, saleId = '', step = ''] = CREATED.exec(body) ?? []
    const type = RESTS_ON[step]
    if (type === undefined) return
    this.count(`creates of a ${step}`)
    // What a former owner sends, the present one learns of by `OwnerWoke`.
    if (this.ownership?.isFormerOwner(process, saleId, step)) {
      this.count('creates of a former owner')
    } else this.#sentAt.set(`${saleId}:${step}`, this.time.now)
    const isOnDisk = this.sales.get(saleId)?.some((event) => event.type === type)
    if (!isOnDisk) this.violate(`1: the ${step} of ${saleId} is sent before its ${type} is on disk`)
  }

  /** An answer has reached a process. */
  #noteAnswer(process: SimulatedProcess, what: string, status: number, text: string): void {
    if (what.startsWith('POST /crm/')) this.hidden?.onAnswered(process.number, status, text)
    const odd = ODD_PRODUCTS.find(({ id }) => text.includes(`"id":"${id}"`))
    if (status === 200 && odd !== undefined) this.count(`lie: product ${odd.id} read`)
  }

  /** Starts a process now. There is none, or it is gone. */
  boot(slot = 0): SimulatedProcess {
    this.#born += 1
    const jump = this.#clockJumpMs
    const machine = (this.instances?.machines ?? ALONE)[slot]
    if (machine === undefined) throw new Error(`there is no instance ${slot}`)
    const isFirst = this.#born <= this.processes.length
    const wallOffsetMs = machine.wallOffsetMs + (isFirst ? 0 : this.#births.int(-jump, jump))
    if (!isFirst && wallOffsetMs < (this.#wallOffsetsMs[slot] ?? 0)) this.count('clocks set back')
    this.#wallOffsetsMs[slot] = wallOffsetMs
    const process = new SimulatedProcess(this, this.#born, { ...machine, slot, wallOffsetMs })
    this.processes[slot] = process
    this.trace.add(`p${process.number} starts, its clock ${wallOffsetMs} ms ahead`)
    this.count('starts')
    this.onBirth(process)
    process.start().catch((error: unknown) => {
      if (!process.alive) return
      // A database that fails at the start ends it; anything else is a bug.
      if (!isAppError(error)) this.violate(`a start threw ${String(error)}`)
      this.crash(process, 'start failed')
    })
    return process
  }

  /** Kills the process where it stands. A new one starts a while later. */
  crash(process: SimulatedProcess, where: string): void {
    if (!process.alive) return
    this.trace.add(`p${process.number} crashes at ${where}`)
    this.count('crashes')
    if (process.groups.size >= MANY) this.count(`crashes in groups of ${MANY} and more: ${where}`)
    this.#end(process)
  }

  /** SIGTERM; after the grace period the process is gone, whatever it still does. */
  async stop(process: SimulatedProcess): Promise<void> {
    await process.awake()
    const { built } = process
    if (!process.alive || built === undefined) return
    this.trace.add(`p${process.number} is told to stop`)
    this.count('orderly stops')
    process.isStopping = true
    const overdue = this.time.sleep(this.config.shutdownGraceMs).then(() => 'overdue')
    const stopped = built.stop().then(
      () => 'in time',
      (error: unknown) => `with ${String(error)}`,
    )
    const how = await Promise.race([stopped, overdue, process.gone])
    if (!process.alive) return
    this.trace.add(`p${process.number} has stopped ${how}`)
    process.stoppedInOrder = how === 'in time'
    if (how.startsWith('with')) this.violate(`a stop threw: ${how}`)
    this.#end(process)
  }

  onLogLine(line: string): void {
    this.time.activity += 1
    this.logLines.push(line)
  }

  /** Lets go of all that would keep it in memory. */
  close(): void {
    for (const one of this.alive) one.die()
    this.network.close()
    for (const { checkpoints } of this.#disks) checkpoints.close()
    this.database.close()
  }

  #end(process: SimulatedProcess): void {
    process.die()
    this.hidden?.onDeath(process.number)
    this.database.undoOpen(process)
    const { slot } = process
    this.processes[slot] = undefined
    this.ownership?.onTrouble()
    this.time.after(this.#births.int(...this.#awayMs), () => this.boot(slot))
  }

  #noteEvent(stored: StoredEvent, writer: number | null): void {
    this.trace.add(`log ${stored.body}`)
    this.hidden?.onRecorded(stored.body)
    const event = JSON.parse(stored.body) as SeenEvent
    this.ownership?.judgeEvent(event, writer)
    this.events.push(event)
    this.onEvent(event)
    this.#judgeLook(event)
    if (event.saleId === null) return
    const before = this.sales.get(event.saleId)
    if (before === undefined) this.sales.set(event.saleId, [event])
    else before.push(event)
  }

  /** No create is sent after the decision, and the second look is settle time after that. */
  #judgeLook({ type, saleId, data }: SeenEvent): void {
    if (type !== 'ReferenceLookedUp' || data['look'] !== 'second') return
    const sentAt = this.#sentAt.get(`${saleId}:${data['step']}`)
    if (sentAt === undefined) return
    const waitedMs = this.time.now - sentAt
    // By the monotonic clock of its process, which may run faster.
    if (waitedMs < Math.floor(this.config.policy.settleMs * SLOWEST_RATE)) {
      this.violate(`1: the second look of ${saleId} came ${waitedMs} ms after a create`)
    }
  }

  /** A copy beside another has to have an excuse: nobody could know of the first. */
  #noteCopy({ mail, process: sender }: Copy): void {
    this.count('mails')
    // What a process had on its way when it died may arrive after its successor's copy.
    const isExcused = isUnlucky(sender)
    const isMarked = this.events.some(
      ({ type, data }) => type === 'MailSent' && data['messageId'] === mail.messageId,
    )
    if (isMarked && !isExcused) this.violate(`5: ${mail.messageId} was sent again after MailSent`)
    for (const earlier of this.mailServer.copies) {
      if (earlier.mail.messageId !== mail.messageId) continue
      this.count('second copies of mails')
      const { isConfirmed, process } = earlier
      if (!isExcused && isConfirmed && !isUnlucky(process)) {
        this.violate(`5: ${mail.messageId} was sent again, and its first copy was no secret`)
      }
      if (JSON.stringify(earlier.mail) !== JSON.stringify(mail)) {
        this.violate(`5: two copies of ${mail.messageId} differ`)
      }
    }
  }
}

/** Nobody could know what became of its mail: it died, and where there are others, it was not heard of for a while. */
function isUnlucky({ alive, stoppedInOrder, isSuspended, troubledAt }: SimulatedProcess): boolean {
  const isMissed = Number.isFinite(troubledAt) || isSuspended
  return (!alive && !stoppedInOrder) || isMissed
}

function isAppError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AppError'
}

function configOf(settings: Readonly<Record<string, string>>): Config {
  const result = readConfig(settings)
  if (!result.ok) throw new Error(result.problems.join('; '))
  return result.config
}

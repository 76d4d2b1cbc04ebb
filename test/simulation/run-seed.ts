// Plays one seed of the simulation.
import process from 'node:process'
import { type Foreign, judge } from './judge/invariants.ts'
import { askAgain, comeToRest, passUntil, sellOnceMore } from './judge/rest.ts'
import { ODD_PRODUCTS } from './plan/lies.ts'
import { type Act, afterTheStorm, drawPlan, type Event, type Plan } from './plan/plan.ts'
import { SeededRandom } from './plan/seeded-random.ts'
import { drawSeveralPlan } from './plan/several.ts'
import { beginBurst } from './world/bursts.ts'
import { Clients, KEY_EXPIRES_AT } from './world/clients.ts'
import { type DatabaseTemplate, makeTemplate } from './world/simulated-database.ts'
import type { Freezer, SimulatedProcess } from './world/simulated-process.ts'
import { World, type WorldOptions } from './world/world.ts'

export type SeedReport = {
  readonly seed: number
  readonly violations: readonly string[]
  /** SHA-256 over the trace. */
  readonly digest: string
  readonly trace: readonly string[]
  readonly counts: ReadonlyMap<string, number>
}

/** The clients of every world, and what their keys allow. */
export function simulationTemplate(): Promise<DatabaseTemplate> {
  return makeTemplate({
    'web-shop': { scopes: ['sales:create', 'sales:read', 'contacts:read'], expiresAt: null },
    'field-sales': { scopes: ['sales:create', 'sales:read', 'contacts:read'], expiresAt: null },
    auditor: { scopes: ['audit:read'], expiresAt: null },
    guest: { scopes: ['sales:read'], expiresAt: KEY_EXPIRES_AT },
  })
}

/** Plays one seed from its begin to its judgement. The same seed gives the same trace. */
export async function runSeed(
  seed: number,
  template: DatabaseTemplate,
  changed: Pick<
    WorldOptions,
    | 'sabotage'
    | 'sabotageFetch'
    | 'sabotageWriter'
    | 'sabotageClock'
    | 'sabotageInstance'
    | 'restWithinMs'
  > & {
    /** Whether the CRM lies; by default as the seed has it. */
    readonly isLying?: boolean
    /** Whether several instances serve the database. */
    readonly areSeveral?: boolean
  } = {},
): Promise<SeedReport> {
  const row = new SeededRandom(`${seed}`).of('plan')
  const plan = changed.areSeveral ? drawSeveralPlan(row) : drawPlan(row, changed.isLying)
  const { settings, dials, awayMs, clockJumpMs, lies, instances } = plan
  const given = { settings, dials, awayMs, clockJumpMs, lies, instances, ...changed }
  const world = new World({ seed: `${seed}`, template, ...given })
  // A promise that nobody looks after ends a real process: it is a bug wherever it happens.
  const onUnhandled = (error: unknown) => world.violate(`unhandled rejection: ${String(error)}`)
  process.on('unhandledRejection', onUnhandled)
  try {
    await play(world, plan)
  } finally {
    world.close()
    await world.time.settle()
    process.off('unhandledRejection', onUnhandled)
  }
  const { violations, trace, counts } = world
  return { seed, violations, digest: trace.digest(), trace: trace.lines, counts }
}

async function play(world: World, plan: Plan): Promise<void> {
  const { time } = world
  const startedAt = time.now
  const clients = new Clients(world)
  const foreign = plantForeign(world, plan)
  for (const rule of plan.lasting) world.fake.faults.add(rule)
  if (plan.lies !== undefined)
    for (const one of ODD_PRODUCTS) world.fake.records.add('Products', one)
  if (plan.setsClockAtFailure) setClockAtFailure(world)
  for (const slot of world.processes.keys()) world.boot(slot)
  for (const act of plan.acts) time.after(act.atMs, () => void perform(act, clients, world))
  for (const event of plan.events) time.after(event.atMs, () => befall(event, world, clients))
  const { burst, stormMs } = plan
  if (burst !== undefined) {
    time.after(burst.atMs, () => void beginBurst(world, clients, burst, startedAt + stormMs))
  }

  await passUntil(world, startedAt + stormMs)
  const resumed = world.alive.map(({ suspendedUntil = time.now }) => suspendedUntil)
  await passUntil(world, Math.max(time.now, ...resumed))
  world.trace.add('the faults stop')
  world.endFaults(afterTheStorm())
  world.database.endOutages()
  for (const one of world.alive) {
    one.doom = undefined
    one.freezer = undefined
  }
  world.onBirth = () => undefined
  await comeToRest(world, clients, plan.lasting.length > 0)
  if ((plan.lasting.length > 0 || world.hidden !== undefined) && plan.isMended) {
    world.trace.add('a person mends what lasted')
    world.fake.faults.clear()
    world.hidden?.mend()
    await comeToRest(world, clients, false)
  }
  if (plan.lies !== undefined && plan.lasting.length === 0) await sellOnceMore(world, clients)
  // Who still waits would only be asked for once more.
  if (clients.waiting === 0) await askAgain(world, clients)
  judge(world, clients, foreign)
  countUp(world, time.now - startedAt)
}

async function perform(act: Act, clients: Clients, world: World): Promise<void> {
  switch (act.type) {
    case 'sell':
      await clients.sell(act.order)
      return
    case 'read':
      await clients.read(act.client, act.url)
      return
    case 'readSale': {
      const saleId = world.events.findLast(({ saleId }) => saleId !== null)?.saleId
      await clients.read(act.client, saleId === undefined ? '/sales' : `/sales/${saleId}`)
    }
  }
}

function befall(event: Event, world: World, clients: Clients): void {
  const process = world.processes['slot' in event ? (event.slot ?? 0) : 0]
  switch (event.type) {
    case 'crash':
      if (process) world.crash(process, 'no point in particular')
      return
    case 'doom': {
      const doomed = (one: SimulatedProcess) => {
        let left = event.points
        one.doom = () => --left === 0
        world.onBirth = () => undefined
      }
      if (process) doomed(process)
      else world.onBirth = doomed
      return
    }
    case 'stop':
      if (process) void world.stop(process)
      return
    case 'tokensExpire':
      world.trace.add('all tokens expire')
      world.fake.expireTokens()
      return
    case 'suspended':
      if (process) void suspend(process, event.forMs, world, clients)
      return
    case 'stopped':
      world.count('instances stopped')
      process?.suspend(event.forMs, true)
      return
    case 'stoppedBefore':
      if (process) process.freezer = freezerOf(event)
      return
    case 'databaseAway':
      world.count('database outages')
      world.trace.add(`the database is away for ${event.slots.join()} for ${event.forMs} ms`)
      for (const slot of event.slots) world.database.goAway(slot, event.forMs)
      return
    case 'clockSet':
      if (process === undefined || isHidden(process, event.byMs)) return
      process.setClock(event.byMs)
      world.count(event.byMs < 0 ? 'running clocks set back' : 'running clocks set forward')
      void clients.tryExpiringKey()
      return
    case 'accounts':
      world.turnAccounts(event.away)
      return
    case 'weather':
      world.trace.add('the weather turns')
      world.turn(event.dials)
  }
}

/**
 * A clock that is set back while its machine is suspended, or after that, may hide that time has passed: then no
 * clock of a machine shows that its lease is over (docs/scaling.md).
 */
function isHidden(process: SimulatedProcess, byMs: number): boolean {
  return process.isOneOfSeveral && byMs < 0 && (process.isSuspended || process.troubledAt > 0)
}

/** Stops a process once, at the `nth` point of this kind. */
function freezerOf({ before, nth, forMs }: Event & { type: 'stoppedBefore' }): Freezer {
  let left = nth
  return ({ label }) => {
    const isOne = before === 'anything' || /^send (POST|DELETE) \/crm\/v8\/[A-Z]/.test(label)
    return isOne && --left === 0 ? forMs : undefined
  }
}

/** The first request after the machine is resumed is that of the key that may have expired. */
async function suspend(
  process: SimulatedProcess,
  forMs: number,
  world: World,
  clients: Clients,
): Promise<void> {
  world.count('suspended machines')
  process.suspend(forMs)
  await process.awake()
  await clients.tryExpiringKey()
}

/** By more than any settle time: who measures that by the wall clock looks too soon. */
function setClockAtFailure(world: World): void {
  world.onEvent = ({ type }) => {
    if (type !== 'CompensationRequired' || world.process === undefined) return
    world.onEvent = () => undefined
    world.process.setClock(AT_FAILURE_MS)
    world.count('clocks set at a failure')
  }
}

const AT_FAILURE_MS = 10 * 60_000

/** Records of other people, some of which look like ours. */
function plantForeign(world: World, plan: Plan): readonly Foreign[] {
  const planted: Foreign[] = []
  const { records } = world.fake
  let next = 0
  const plant = (module: Foreign['module'], fields: Readonly<Record<string, string | null>>) => {
    next += 1
    const id = `77000000000000${String(next).padStart(4, '0')}`
    records.add(module, { id, ...fields })
    planted.push({ module, id })
  }
  const other = '01930000-0000-7000-a000-000000000001'
  const titleOf = (saleId: string) => `Zylker 2026-11-29 ${saleId.slice(-8)}`
  plant('Deals', { Deal_Name: titleOf(other), Gateway_Reference: `${other}:deal` })
  plant('Quotes', { Subject: 'by hand', Gateway_Reference: null })
  plant('Sales_Orders', { Subject: titleOf(other), Gateway_Reference: `${other}:salesOrder` })
  let lookalikes = 0
  world.onSaleId = (saleId) => {
    if (!plan.plantsLookalikes || lookalikes >= 2) return
    lookalikes += 1
    plant('Deals', { Deal_Name: titleOf(saleId), Gateway_Reference: null })
    plant('Quotes', { Subject: titleOf(saleId), Gateway_Reference: `${saleId}:deal` })
    plant('Sales_Orders', { Subject: titleOf(saleId), Gateway_Reference: `${saleId}:salesOrder2` })
  }
  return planted
}

/** Events that show how a run went where something was odd. */
const TOLD_EVENTS: ReadonlySet<string> = new Set([
  'CreateUnanswered',
  'RecordNamed',
  'SaleStuck',
  'ClockJumped',
])

function countUp(world: World, virtualMs: number): void {
  world.count('virtual minutes', Math.round(virtualMs / 60_000))
  world.count('sales', world.sales.size)
  for (const row of world.database.rows<{ status: string; n: number }>(
    'select status, count(*) as n from sale group by status',
  )) {
    world.count(`sales ${row.status}`, row.n)
  }
  for (const { type } of world.events) {
    if (TOLD_EVENTS.has(type)) world.count(`events ${type}`)
  }
  world.count('calls to the CRM', world.fake.journal.length)
  for (const { fault, operation, status } of world.fake.journal) {
    if (fault !== null) world.count(`fault: crm ${fault}`)
    if (fault === 'odd') world.count(`lie: ${status} to a ${operation.split(':')[0]}`)
  }
}

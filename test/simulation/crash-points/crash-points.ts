import { SALE } from '../../support/gateway/http-requests.ts'
import { judge } from '../judge/invariants.ts'
import { askAgain, comeToRest, passUntil } from '../judge/rest.ts'
import { CALM } from '../plan/dials.ts'
import { Clients, type Order } from '../world/clients.ts'
import type { DatabaseTemplate } from '../world/simulated-database.ts'
import type { SimulatedProcess } from '../world/simulated-process.ts'
import { World } from '../world/world.ts'
import type { Scenario } from './crash-scenarios.ts'

const SETTINGS = {
  ZOHO_SETTLE_MS: '1000',
  ZOHO_REQUEST_TIMEOUT_MS: '2000',
  SALE_DEADLINE_MS: '20000',
  STUCK_AFTER_MS: '2000',
  ZOHO_MAX_CONCURRENCY: '16',
  LOG_LEVEL: 'warn',
}

/** What one run through a scenario came to. */
export type PointsRun = {
  /** The points that each process reached, in order; the last process reaches rest. */
  readonly points: readonly (readonly string[])[]
  /** Of each sale that was recorded. */
  readonly statuses: readonly string[]
  readonly violations: readonly string[]
}

/**
 * Plays a scenario, and kills the first process at its point `crashes[0]` (from 1), the one that
 * follows at its point `crashes[1]`, and lets the one after that go on.
 */
export async function runWithCrashes(
  scenario: Scenario,
  template: DatabaseTemplate,
  crashes: readonly number[],
): Promise<PointsRun> {
  const { dials, faults = [], hasKey, sales = 1, ends } = scenario
  const seed = `crash points of ${scenario.name}`
  const world = new World({ seed, template, settings: SETTINGS, ...(dials ? { dials } : {}) })
  const points: string[][] = []
  world.onBirth = (process) => points.push(watch(process, crashes[process.number - 1]))
  try {
    for (const fault of faults) world.fake.faults.add(fault)
    const clients = new Clients(world)
    world.boot()
    const isOne = sales === 1
    if (!isOne) {
      await world.time.settle()
      await passUntil(world, world.time.now + CHECKED_AFTER_MS)
    }
    for (let nth = 0; nth < sales; nth += 1) {
      const key = hasKey && nth % 2 === 0 ? `key-${nth}` : undefined
      const order: Order = { name: `order-${nth}`, client: 'web-shop', key, body: SALE }
      world.time.after(isOne ? SALE_AFTER_MS : 0, () => void clients.sell(order))
    }
    world.time.after(CALM_AFTER_MS, () => world.turn(CALM))
    await comeToRest(world, clients, ends === 'stuck')
    await askAgain(world, clients)
    judge(world, clients, [])
    const rows = world.database.rows<{ status: string }>('select status from sale')
    const statuses = rows.map(({ status }) => status)
    return { points, statuses, violations: world.violations }
  } finally {
    world.close()
  }
}

/** The process is up by then, so that a sale is asked for in the middle of its life. */
const SALE_AFTER_MS = 1_000

/** Several sales wait for the check of the CRM: turned away, they would come back at different times. */
const CHECKED_AFTER_MS = 1_000

/** What is left to chance ends here, so that all of it comes to an end. */
const CALM_AFTER_MS = 30_000

/** The labels of the points that the process reaches from now on, and its death at one of them. */
function watch(process: SimulatedProcess, crashAt: number | undefined): string[] {
  const reached: string[] = []
  process.doom = ({ label, isDurable }) => {
    if (!isDurable) return false
    reached.push(label)
    return reached.length === crashAt
  }
  return reached
}

// Bursts: many callers who ask at one instant, of a CRM that answers them in step.

import type { SeededRandom } from '../plan/seeded-random.ts'
import type { Clients, Order, SaleBody } from './clients.ts'
import type { Doom, SimulatedProcess } from './simulated-process.ts'
import { MANY } from './watched-groups.ts'
import type { World } from './world.ts'

/** Of all seeds: those in which a burst takes the place of callers at different times. */
const BURST_SHARE = 1 / 5

/** Of the bursts: those that meet no fault of the CRM and of the way there. */
const CLEAR_SHARE = 0.8

/** Calls keep pace for so long, in milliseconds: longer than a sale takes. */
const PACED_MS = 3_000

/** How often it is looked whether the service takes sales, in milliseconds. */
const LOOK_EVERY_MS = 50

export type Burst = {
  readonly atMs: number
  readonly orders: readonly Order[]
  /** What each call takes there, and back. */
  readonly paceMs: number
  readonly isClear: boolean
  /** Where the process dies in a group of many, or that the disk is full when one is committed. */
  readonly meets: 'statement' | 'before commit' | 'after commit' | 'full' | 'nothing'
  /** At which of the points of this kind. */
  readonly nth: number
  /** Calls at one time, in place of what the seed has: enough for groups of many. */
  readonly concurrency: string
}

/** @param drawBody draws what one caller asks for */
export function drawBurst(
  random: SeededRandom,
  stormMs: number,
  clients: readonly [string, ...string[]],
  drawBody: (random: SeededRandom) => SaleBody,
): Burst | undefined {
  if (!random.chance(BURST_SHARE)) return undefined
  const meets = random.pick<Burst['meets']>([
    'statement',
    'before commit',
    'after commit',
    'full',
    'nothing',
  ])
  const orders: Order[] = []
  for (let left = random.int(6, 8); left > 0; left -= 1) {
    const client = random.pick(clients)
    const key = random.chance(0.5) ? `burst-${left}` : undefined
    const order = { name: `burst-${left}`, client, key, body: drawBody(random) }
    orders.push(order)
    if (key === undefined || !random.chance(0.3)) continue
    const body = random.chance(0.3) ? drawBody(random) : order.body
    orders.push({ ...order, name: `burst-${left}-again`, body })
  }
  return {
    atMs: random.int(500, Math.floor(stormMs / 2)),
    orders,
    paceMs: random.pick([3, 20, 60]),
    isClear: random.chance(CLEAR_SHARE),
    meets,
    nth: meets === 'statement' ? random.int(1, 40) : random.int(1, 2),
    concurrency: random.pick(['8', '16']),
  }
}

/** Lets them all ask once the service takes sales, or at `endsAt`. */
export async function beginBurst(
  world: World,
  clients: Clients,
  burst: Burst,
  endsAt: number,
): Promise<void> {
  const { time } = world
  while (time.now + LOOK_EVERY_MS < endsAt && !(await isReady(world))) {
    await time.sleep(LOOK_EVERY_MS)
  }
  const { process } = world
  const { meets, orders, paceMs, isClear } = burst
  world.keepPace({ paceMs, forMs: PACED_MS, isClear })
  if (meets === 'full') world.database.isFullForMany = true
  else if (process && meets !== 'nothing') process.doom = inGroupOfMany(process, burst)
  for (const order of orders) void clients.sell(order)
}

async function isReady({ process }: World): Promise<boolean> {
  if (process?.built === undefined || !process.listening) return false
  return process.built.server.inject('/readyz').then(
    ({ statusCode }) => statusCode === 200,
    // It is stopping.
    () => false,
  )
}

/** The death of a process at the `nth` point of this kind that it reaches in a group of many. */
function inGroupOfMany({ groups }: SimulatedProcess, { meets, nth }: Burst): Doom {
  let left = nth
  return ({ label }) => label === meets && groups.size >= MANY && --left === 0
}

// The plan of a world with several instances over one database: what happens to which of them.

import type { Range } from './dials.ts'
import { type Act, drawPlan, type Event, type Plan } from './plan.ts'
import type { SeededRandom } from './seeded-random.ts'

/** How far a wall clock is ahead, at most, and how much faster or slower a monotonic clock runs. */
const AHEAD_MS_MAX = 5 * 60_000
const RATE_MAX = 0.009

/** Longer shows nothing more, and the other instances would renew their leases all the while. */
const SUSPENDED_MS_MAX = 60_000

/** By how much a wall clock is set, or is another one after a start, at most. */
const CLOCK_JUMP_MS_MAX = 60_000

/** Who is stopped after the check of its lease and before its request is written: at one of so many requests. */
const REQUESTS_MAX = 4
const POINTS_MAX = 80

type Drawn = {
  readonly random: SeededRandom
  readonly stormMs: number
  readonly settleMs: number
  readonly leaseMs: number
  readonly slots: readonly [number, ...number[]]
}

export function drawSeveralPlan(random: SeededRandom): Plan {
  const plan = drawPlan(random, false)
  const row = random.of('several')
  const slots: readonly [number, ...number[]] = row.chance(0.5) ? [0, 1] : [0, 1, 2]
  const leaseMs = row.pick([3_000, 10_000, 10_000])
  const settleMs = Number(plan.settings['ZOHO_SETTLE_MS'])
  const drawn = { random: row, stormMs: plan.stormMs, settleMs, leaseMs, slots }
  const areTogether = row.chance(0.3)
  const machine = () => ({
    wallOffsetMs: areTogether ? 0 : row.int(-AHEAD_MS_MAX, AHEAD_MS_MAX),
    clockRate: 1 + (row.fraction() * 2 - 1) * RATE_MAX,
  })
  const { database } = plan.dials
  const lostCommit = row.chance(0.5) ? row.fraction() * 0.15 : 0
  // Settle time is not below it with several (docs/guarantees.md).
  const timeoutMs = Math.min(settleMs, Number(plan.settings['ZOHO_REQUEST_TIMEOUT_MS']))
  return {
    ...plan,
    settings: { ...plan.settings, ZOHO_REQUEST_TIMEOUT_MS: String(timeoutMs) },
    instances: { leaseMs, machines: slots.map(machine) },
    // Where a server keeps the database, no other program locks it, and no disk fails under this process.
    dials: {
      ...plan.dials,
      database: { ...database, busy: 0, failed: 0, failedCommitKept: 0, lostCommit },
    },
    awayMs: row.pick<Range>([plan.awayMs, [2 * leaseMs, 4 * leaseMs]]),
    clockJumpMs: Math.min(plan.clockJumpMs, CLOCK_JUMP_MS_MAX),
    acts: [...plan.acts, ...plan.acts.flatMap((act) => twinOf(act, row))],
    events: [...plan.events.flatMap((event) => ofSeveral(event, drawn)), ...drawTrouble(drawn)],
    setsClockAtFailure: false,
  }
}

/** The same key at the same moment: two instances may be asked at once. */
function twinOf(act: Act, random: SeededRandom): readonly Act[] {
  if (act.type !== 'sell' || act.order.key === undefined || !random.chance(0.4)) return []
  const order = { ...act.order, name: `${act.order.name}-beside` }
  return [{ ...act, atMs: act.atMs + random.pick([0, 0, 1, 5]), order }]
}

/** What happens to one process happens to one of these. A weather of its own keeps what a server has. */
function ofSeveral(event: Event, { random, slots }: Drawn): readonly Event[] {
  switch (event.type) {
    case 'weather': {
      const { database } = event.dials
      const ofServer = { ...database, busy: 0, failed: 0, failedCommitKept: 0 }
      return [{ ...event, dials: { ...event.dials, database: ofServer } }]
    }
    case 'crash':
    case 'doom':
    case 'stop':
      return [{ ...event, slot: random.pick(slots) }]
    case 'suspended': {
      const forMs = Math.min(event.forMs, SUSPENDED_MS_MAX)
      return [{ ...event, forMs, slot: random.pick(slots) }]
    }
    case 'clockSet': {
      const byMs = Math.max(-CLOCK_JUMP_MS_MAX, Math.min(CLOCK_JUMP_MS_MAX, event.byMs))
      return [{ ...event, byMs, slot: random.pick(slots) }]
    }
    default:
      return [event]
  }
}

function drawTrouble({ random, stormMs, settleMs, leaseMs, slots }: Drawn): readonly Event[] {
  const events: Event[] = []
  const at = () => random.int(0, stormMs)
  const forMs = () =>
    random.pick([
      random.int(10, leaseMs),
      random.int(leaseMs, 3 * leaseMs),
      random.int(leaseMs + settleMs, 4 * leaseMs + 3 * settleMs),
    ])
  for (let times = random.pick([0, 0, 1, 2]); times > 0; times -= 1) {
    events.push({ atMs: at(), type: 'stopped', slot: random.pick(slots), forMs: forMs() })
  }
  for (let times = random.pick([0, 1, 1, 2, 3]); times > 0; times -= 1) {
    const isRequest = random.chance(0.6)
    const nth = random.int(1, isRequest ? REQUESTS_MAX : POINTS_MAX)
    const before = isRequest ? 'request' : 'anything'
    const slot = random.pick(slots)
    events.push({ atMs: at(), type: 'stoppedBefore', before, nth, slot, forMs: forMs() })
  }
  if (random.chance(0.3)) events.push({ atMs: at(), type: 'crash', slot: random.pick(slots) })
  if (random.chance(0.3)) events.push({ atMs: at(), type: 'stop', slot: random.pick(slots) })
  for (let times = random.pick([0, 0, 0, 1, 2]); times > 0; times -= 1) {
    const away = random.chance(0.5) ? slots : [random.pick(slots)]
    events.push({ atMs: at(), type: 'databaseAway', slots: away, forMs: forMs() })
  }
  return events
}

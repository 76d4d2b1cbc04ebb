// Sales over several gateways, while these are killed and stopped, and their database is restarted and cut off.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JournalEntry } from '../../../src/adapters/fake-zoho/answer/journal.ts'
import { makeRandom } from '../../../src/adapters/fake-zoho/answer/seeded-random.ts'
import type { Verdict } from '../../crash/site/site.ts'
import { ONE_CALL_IN_TWENTY } from '../../support/examples/chance-faults.ts'
import { SALE } from '../../support/gateway/http-requests.ts'
import { type CutProxy, openCutProxy } from '../../support/postgres/cut-proxy.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres/test-postgres.ts'
import { type Fleet, makeFleet } from '../fleet/fleet.ts'
import { type Crew, makeCrew } from './crew.ts'
import { watchCalls } from './watched-calls.ts'

/** Calls in flight, for all gateways together. */
const CALLS_MAX = 20

const SETTINGS = {
  SALE_LEASE_MS: '2000',
  ZOHO_SETTLE_MS: '1500',
  ZOHO_REQUEST_TIMEOUT_MS: '2000',
  SALE_DEADLINE_MS: '30000',
  ZOHO_MAX_CONCURRENCY: String(CALLS_MAX),
  LOG_LEVEL: 'warn',
}

const ASK_AGAIN_MS = 200
const ASKS_MAX = 10_000
const LOG_READ_MS = 2_000
const CUT_EVERY_MS = 7_000

/** Times that the CRM takes its token back. The gateways renew it ten times in ten minutes at most. */
const EXPIRIES = 4

/** A process that is continued has calls in its hands which nobody counts any more, for so many milliseconds. */
const BURST_MS = 3_000

export type StormPlan = {
  readonly gateways: number
  readonly sales: number
  readonly callers: number
  /** Milliseconds from one SIGKILL to the next. */
  readonly killEveryMs: number
  /** Milliseconds for which one gateway is stopped, once a quarter of the sales is sold. */
  readonly stoppedMs: number
  /** Restarts of the database, spread over the sales. */
  readonly restarts: number
  readonly seed: number
}

export type StormReport = Verdict & {
  readonly seconds: number
  readonly kills: number
  readonly answers: Readonly<Record<string, number>>
  readonly calls: number
  readonly throttled: number
  /** The most calls in flight, and those in the burst of the process that was stopped. */
  readonly inFlight: { readonly max: number; readonly inBurst: number; readonly over: number }
  readonly expiries: number
  readonly refreshes: number
  /** Times that a sale was taken over, and creates of the process that was stopped. */
  readonly takenOver: number
  readonly woken: number
}

/** Plays it and judges every promise. @throws {Error} at the first that was not kept */
export async function storm(plan: StormPlan): Promise<StormReport> {
  const server = await startPostgres({ fsync: 'on', full_page_writes: 'on' })
  try {
    await using proxy = await openCutProxy(server.url('postgres'))
    await using fleet = await makeFleet({ server, through: proxy.url, settings: SETTINGS })
    await fleet.fake.settings({
      seed: plan.seed,
      latency: { type: 'uniform', minMs: 10, maxMs: 40 },
      chanceFaults: ONE_CALL_IN_TWENTY,
    })
    return await play(plan, { fleet, proxy, server })
  } finally {
    await server.stop()
  }
}

/** A report in one line. */
export function told(report: StormReport): string {
  const { inFlight } = report
  const answers = Object.entries(report.answers).map(([status, count]) => `${count} × ${status}`)
  return (
    `${report.sales} sales in ${Math.round(report.seconds)} s, ${report.completed} completed; ` +
    `${report.kills} kills, ${report.takenOver} take-overs, ${report.woken} creates of a woken gateway; ` +
    `answers: ${answers.join(', ')}; ${report.mails} mails, ${report.secondCopies} second copies; ` +
    `${report.calls} calls, at most ${inFlight.max} in flight, ${inFlight.inBurst} after the stop, ` +
    `${report.throttled} × 429; ${report.expiries} expiries, ${report.refreshes} renewals of the token`
  )
}

async function play(
  plan: StormPlan,
  { fleet, proxy, server }: { fleet: Fleet; proxy: CutProxy; server: TestPostgres },
): Promise<StormReport> {
  const random = makeRandom(() => plan.seed)
  const over = new AbortController()
  const crew = makeCrew(fleet, await fleet.startAll(plan.gateways))
  const watched = watchCalls(fleet.fake)
  const orders = makeOrders(fleet, crew, plan)
  let continuedAt = 0
  const begin = performance.now()
  const stopping = orders.after(1 / 4).then(async () => {
    continuedAt = await crew.stopOne(plan.stoppedMs)
  })
  const troubles = [
    watched.run(over.signal),
    every(plan.killEveryMs, over.signal, () => crew.killOne(random.next())),
    every(CUT_EVERY_MS, over.signal, async () => proxy.cut()),
    every(LOG_READ_MS, over.signal, () => readLog(fleet, crew)),
    stopping,
    ...orders.spread(plan.restarts).map((due) => due.then(() => server.restart())),
    ...orders.spread(EXPIRIES).map((due) => due.then(() => fleet.fake.expireTokens())),
  ]
  // The first trouble that fails ends it all.
  await Promise.race([orders.all, Promise.all(troubles).then(() => orders.all)])
  await stopping
  over.abort()
  await Promise.all(troubles)
  const seconds = (performance.now() - begin) / 1_000
  await fleet.fake.settings({ chanceFaults: [] })
  const url = await crew.untilAllServe()
  const verdict = await fleet.judgeAtRest(url)
  const answers = Object.groupBy(fleet.ledger.told, ({ status }) => status ?? 'broken')
  return {
    ...verdict,
    seconds,
    kills: crew.kills,
    answers: Object.fromEntries(
      Object.entries(answers).map(([status, told]) => [status, told?.length ?? 0]),
    ),
    ...countCalls(watched.calls, continuedAt),
    expiries: EXPIRIES,
    takenOver: eventsIn(fleet, 'SaleInterrupted'),
    woken: eventsIn(fleet, 'OwnerWoke'),
  }
}

function eventsIn({ history }: Fleet, type: string): number {
  return history.lines().filter((line) => line.type === type).length
}

function countCalls(entries: readonly JournalEntry[], continuedAt: number) {
  const calls = entries.filter(({ operation }) => operation !== 'token')
  const isInBurst = ({ startedAtMs }: JournalEntry) =>
    startedAtMs >= continuedAt && startedAtMs < continuedAt + BURST_MS
  const most = (some: readonly JournalEntry[]) =>
    some.reduce((max, { inFlight }) => Math.max(max, inFlight), 0)
  const outside = calls.filter((call) => !isInBurst(call))
  return {
    calls: calls.length,
    throttled: calls.filter(({ status }) => status === 429).length,
    inFlight: {
      max: most(outside),
      inBurst: most(calls.filter(isInBurst)),
      over: outside.filter(({ inFlight }) => inFlight > CALLS_MAX).length,
    },
    refreshes: entries.length - calls.length,
  }
}

/** Repeats it until `over` is aborted, with so many milliseconds before each. */
async function every(ms: number, over: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  while (!over.aborted) {
    await sleep(ms, undefined, { signal: over }).catch(() => undefined)
    if (!over.aborted) await work()
  }
}

/** What an auditor has read has to stay, whatever becomes of gateways and database. */
async function readLog(fleet: Fleet, crew: Crew): Promise<void> {
  try {
    await fleet.history.follow(crew.url(0))
  } catch (error) {
    // No gateway, or one without its database, shows no page.
    const isAway = error instanceof TypeError || /unavailable|503/.test(String(error))
    if (!isAway) throw error
  }
}

/** Orders of the callers, of whom each has its next one when the one before has ended; half of them with a key. */
function makeOrders(fleet: Fleet, crew: Crew, { sales, callers }: StormPlan) {
  let begun = 0
  let ended = 0
  const waiting: { readonly at: number; readonly resolve: () => void }[] = []

  const caller = async (turn: number) => {
    while (begun < sales) {
      const order = begun
      begun += 1
      const ask = order % 2 === 0 ? { body: SALE } : { body: SALE, key: randomUUID() }
      await untilEnded(ask, turn)
      ended += 1
      for (const { at, resolve } of waiting) if (ended >= at * sales) resolve()
    }
  }
  const all = Promise.all(Array.from({ length: callers }, (_, turn) => caller(turn)))

  return {
    all,

    after,

    /** So many moments, spread over the orders. */
    spread: (times: number) =>
      Array.from({ length: times }, (_, index) => after((index + 1) / (times + 1))),
  }

  /** Resolves when this part of the orders has ended. */
  function after(part: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push({ at: part, resolve })
    return promise
  }

  /** Without a key, a caller whose connection broke orders anew, which is another sale. */
  async function untilEnded(ask: { body: object; key?: string }, turn: number): Promise<void> {
    for (let tries = 0; tries < ASKS_MAX; tries += 1) {
      const { status } = await fleet.ledger.ask(crew.url(turn + tries), ask)
      if (status === 200 || status === 500) return
      assert.ok(status === undefined || status === 409 || status === 503, `status ${status}`)
      await sleep(ASK_AGAIN_MS)
    }
    throw new Error(`no answer for ${ask.key}`)
  }
}

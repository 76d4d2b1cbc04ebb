// Kills the gateway at random times while callers ask, and judges each round.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeRandom } from '../../src/adapters/fake-zoho/answer/seeded-random.ts'
import {
  SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID,
  SAMPLE_PRODUCT_INACTIVE_ID,
  SAMPLE_PRODUCT_WITHOUT_PRICE_ID,
} from '../../src/adapters/fake-zoho/world/sample-data.ts'
import { chanceFaults } from '../support/examples/chance-faults.ts'
import { ODD_ANSWERS } from '../support/examples/odd-answers.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import type { Ask } from './site/callers.ts'
import { makeSite, type Site, type Verdict } from './site/site.ts'

/** Kills between two times at which all is let come to rest, and is judged. */
const KILLS_A_ROUND = 20

/** The share of the kills that come while the gateway starts. */
const START_SHARE = 0.4
const START_KILL_MAX_MS = 450
const LOAD_KILL_MAX_MS = 600

const CALLERS_MAX = 10
const ASKED_AGAIN_MAX = 10
const LOG_POLL_MS = 40

/** Milliseconds after its request that a late record is made: less than the settle time. */
const LATE_MS = 150

/** Milliseconds for which a new token is refused. */
const TOKEN_LAG_MS = 20

/** About one call in eight meets one of these. */
const FAULTS = chanceFaults(
  ['create:*', 'delete:*', 'coql:*', 'list:*'],
  [
    [{ type: 'refuse' }, 0.01],
    [{ type: 'status' }, 0.01],
    [{ type: 'statusAfter' }, 0.01],
    [{ type: 'status', status: 429 }, 0.01],
    [{ type: 'resetBefore' }, 0.01],
    [{ type: 'resetAfter' }, 0.015],
    [{ type: 'lateApply', afterMs: LATE_MS }, 0.015],
    [{ type: 'timeoutAfter' }, 0.003],
    ...ODD_ANSWERS,
  ],
)

export type KillReport = Verdict & {
  readonly seed: number
  readonly kills: number
  readonly whileStarting: number
  readonly answers: Readonly<Record<string, number>>
}

/**
 * Kills one gateway process after the other at random times, in the thick of sales and while it
 * starts, over a Zoho that fails now and then; lets all come to rest from time to time and checks
 * every invariant over everything since the beginning. What is random follows from `seed`; when
 * which process gets how far does not, so a seed shows the same kills and not the same run.
 *
 * @throws {Error} at the first violation, with the seed and the last kills.
 */
export async function killAtRandom(options: {
  readonly kills: number
  readonly seed: number
  readonly mails: 'files' | 'smtp'
  /** Told of each time that all is at rest. */
  readonly onRest?: (report: KillReport) => void
}): Promise<KillReport> {
  const { kills, seed } = options
  await using site = await makeSite(options.mails === 'smtp' ? { smtp: {} } : {})
  await site.fake.settings({
    seed,
    latency: { type: 'uniform', minMs: 2, maxMs: 20 },
    concurrencyMax: 10,
    tokenLagMs: TOKEN_LAG_MS,
    deadTokenCode: 'INVALID_OAUTHTOKEN',
    goneDeleteAnswer: 'invalidId',
    chanceFaults: FAULTS,
  })
  const lane = makeLane(site, seed)
  let report: KillReport | undefined
  try {
    while (site.kills < kills) {
      const until = Math.min(kills, site.kills + KILLS_A_ROUND)
      while (site.kills < until) await lane.killOnce()
      report = await lane.rest()
      options.onRest?.(report)
    }
  } catch (cause) {
    throw new Error(`seed ${seed}, after ${site.kills} kills, the last ${lane.last()}`, { cause })
  }
  if (report === undefined) throw new Error('nothing was killed')
  return report
}

/** A report in one line. */
export function told(report: KillReport): string {
  const answers = Object.entries(report.answers).map(([status, count]) => `${count} × ${status}`)
  return (
    `seed ${report.seed}, ${report.kills} kills (${report.whileStarting} while it started), ` +
    `${report.sales} sales, ${report.completed} completed, ${report.mails} mails, ` +
    `${report.secondCopies} second copies; answers: ${answers.join(', ')}`
  )
}

function makeLane(site: Site, seed: number) {
  const random = makeRandom(() => seed)
  const below = (max: number) => Math.floor(random.next() * max)
  const { ledger, history, fake } = site
  const recent: string[] = []
  let whileStarting = 0

  return {
    last: () => recent.slice(-5).join(', '),

    async killOnce(): Promise<void> {
      if (random.next() < START_SHARE) await killWhileStarting()
      else await killUnderLoad()
    },

    /** The faults stop: every sale reaches an end, every caller with a key an answer. */
    async rest(): Promise<KillReport> {
      await fake.settings({ chanceFaults: [] })
      const gateway = await site.start()
      try {
        await site.settle(gateway.url)
        const verdict = await site.judge(gateway.url)
        const byStatus = Object.groupBy(ledger.told, ({ status }) => status ?? 'broken')
        const answers = Object.fromEntries(
          Object.entries(byStatus).map(([status, told]) => [status, told?.length ?? 0]),
        )
        return { ...verdict, seed, kills: site.kills, whileStarting, answers }
      } finally {
        if (below(2) === 0) assert.equal(await gateway.stop(), 0)
        else await gateway.kill()
        await fake.settings({ chanceFaults: FAULTS })
      }
    },
  }

  async function killWhileStarting(): Promise<void> {
    const afterMs = below(START_KILL_MAX_MS)
    recent.push(`${afterMs} ms after it was started`)
    const gateway = site.launch()
    await sleep(afterMs)
    await site.kill(gateway)
    whileStarting += 1
  }

  async function killUnderLoad(): Promise<void> {
    const gateway = await site.start()
    await history.follow(gateway.url)
    const afterMs = below(LOAD_KILL_MAX_MS)
    recent.push(`${afterMs} ms after the first request`)
    const over = new AbortController()
    const reading = keepReading(gateway.url, over.signal)
    const asks = [...ledger.unsettled().slice(-ASKED_AGAIN_MAX), ...newAsks()]
    const callers = asks.map(async (ask) => {
      await sleep(random.next() * afterMs)
      await ledger.ask(gateway.url, ask)
    })
    await sleep(afterMs)
    over.abort()
    await site.kill(gateway)
    await Promise.all([...callers, reading])
  }

  /** What an auditor has seen must be there after the kill, so it reads to the last moment. */
  async function keepReading(url: string, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        await history.follow(url)
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
        return
      }
      await sleep(LOG_POLL_MS)
    }
  }

  function newAsks(): readonly Ask[] {
    return Array.from({ length: 1 + below(CALLERS_MAX) }, () => newAsk()).flat()
  }

  function newAsk(): readonly Ask[] {
    const key = `order-${randomUUID()}`
    const chance = below(20)
    if (chance < 7) return [{ body: SALE }]
    if (chance < 13) return [{ body: SALE, key }]
    // Three callers with one key, at about the same time.
    if (chance < 15)
      return [
        { body: SALE, key },
        { body: SALE, key },
        { body: SALE, key },
      ]
    if (chance < 16) return [{ body: saleOf(SAMPLE_PRODUCT_WITHOUT_PRICE_ID), key }]
    if (chance < 17) return [{ body: saleOf(SAMPLE_PRODUCT_INACTIVE_ID) }]
    if (chance < 18) return [{ body: { ...SALE, contactId: '1' } }]
    if (chance < 19) return [{ body: { ...SALE, contactId: SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID } }]
    return usedKeys().map((used) => ({ body: saleOf('7'), key: used }))
  }

  function saleOf(productId: string): object {
    return { ...SALE, products: [{ productId, quantity: 1 }] }
  }

  /** One that has its final answer: with another body it is refused. */
  function usedKeys(): readonly string[] {
    const answered = ledger.told.filter(({ key, status }) => key !== undefined && status === 200)
    const key = answered[below(answered.length)]?.key
    return key === undefined ? [] : [key]
  }
}

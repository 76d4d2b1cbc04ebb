// One gateway is killed at every statement and at every call; another one lives on.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultRule } from '../../src/adapters/fake-zoho/faults/faults.ts'
import { countOf } from '../support/counts.ts'
import { type Fleet, makeFleet } from './fleet/fleet.ts'
import { killAtEach } from './kills/kill-at-each.ts'

const STATEMENTS_STEP = countOf('MANY_STATEMENTS_STEP')
const CALLS_STEP = countOf('MANY_CALLS_STEP')

/** Milliseconds of each call, so that a request is on its way for a while. */
const LATENCY_MS = 40

/**
 * Each that is killed has its places among the calls for a while, and the next ones ask at their start. A sale may
 * be taken over several times, by such as are killed in their turn, before its deadline.
 */
const SETTINGS = { ZOHO_MAX_CONCURRENCY: '25', SALE_LEASE_MS: '3000', SALE_DEADLINE_MS: '60000' }

const REFUSED: FaultRule = {
  operation: 'create:Sales_Orders',
  times: Number.POSITIVE_INFINITY,
  kind: { type: 'refuse' },
}

/** The fewest statements, and calls, that such a sale makes; and how many of these sales are tried. */
const ALL_KINDS = [
  { name: 'a sale that is refused', hasKey: true, faults: [REFUSED], statements: 60, calls: 7 },
  { name: 'a sale without a key', hasKey: false, faults: [], statements: 30, calls: 5 },
  { name: 'a sale with a key', hasKey: true, faults: [], statements: 40, calls: 5 },
] as const
const KINDS = ALL_KINDS.slice(0, countOf('MANY_KILLED_KINDS'))

describe('A gateway killed at every statement to PostgreSQL', { concurrency: 2 }, () => {
  for (const { name, hasKey, faults, statements } of KINDS) {
    it(`leaves ${name} whole or nothing of it, to the gateway that lives on`, async (t) => {
      await using fleet = await makeFleet({ settings: SETTINGS })
      const url = await begin(fleet, faults)
      const kills = await killAtEach(fleet, { at: 'statement', hasKey, step: STATEMENTS_STEP })
      t.diagnostic(await judged(fleet, url, kills, { hasKey, faults }))
      assert.ok(kills * STATEMENTS_STEP >= statements, `only ${kills} kills`)
    })
  }
})

describe('A gateway over PostgreSQL killed at every call to the CRM', { concurrency: 2 }, () => {
  for (const { name, hasKey, faults, calls } of KINDS) {
    it(`leaves ${name} whole or nothing of it, to the gateway that lives on`, async (t) => {
      await using fleet = await makeFleet({ settings: SETTINGS })
      const url = await begin(fleet, faults)
      let kills = 0
      for (const at of ['sent', 'answered'] as const) {
        const killed = await killAtEach(fleet, { at, hasKey, step: CALLS_STEP })
        assert.ok(killed * CALLS_STEP >= calls, `only ${killed} kills when it was ${at}`)
        kills += killed
      }
      t.diagnostic(await judged(fleet, url, kills, { hasKey, faults }))
    })
  }
})

async function begin(fleet: Fleet, faults: readonly FaultRule[]): Promise<string> {
  await fleet.fake.settings({ latency: { type: 'fixed', ms: LATENCY_MS } })
  for (const fault of faults) await fleet.fake.addFault(fault)
  return (await fleet.startOne(0)).url
}

async function judged(
  fleet: Fleet,
  url: string,
  kills: number,
  { hasKey, faults }: { readonly hasKey: boolean; readonly faults: readonly FaultRule[] },
): Promise<string> {
  const { sales, completed, mails, secondCopies } = await fleet.judgeAtRest(url)
  const isRefused = faults.length > 0
  if (hasKey) assert.equal(completed, isRefused ? 0 : sales)
  return `${kills} kills, ${sales} sales, ${completed} completed, ${mails} mails, ${secondCopies} second copies`
}

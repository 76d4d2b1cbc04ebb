// A gateway that is stopped while it makes records, and goes on when others have its sales.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  type GatewayProcess,
  gatewayCommand,
} from '../../src/infrastructure/demo/gateway-process.ts'
import type { LaunchOptions } from '../crash/site/site.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import { until } from '../support/time/until.ts'
import { type Fleet, makeFleet } from './fleet/fleet.ts'
import type { StopAt } from './fleet/stopping-gateway.ts'

const ENTRY = fileURLToPath(new URL('./fleet/stopping-gateway.ts', import.meta.url))

const MODULES = ['Deals', 'Quotes', 'Sales_Orders'] as const

/** Of each module one create for a sale with a key and one without. */
const KEYED = MODULES.length
const UNKEYED = MODULES.length

/** A Quote and a Sales Order without a key are refused: what they point at was deleted meanwhile. */
const WAKES = KEYED + 1

/** Nothing runs out of time while a process stands still, so that each create that it holds really leaves. */
const PATIENT = { ZOHO_REQUEST_TIMEOUT_MS: '20000', SALE_DEADLINE_MS: '40000' }

/** Milliseconds between two signals to a process that stops itself. */
const CONTINUE_EVERY_MS = 100

/** Milliseconds until a create in flight is answered, or makes its record: late enough for it to be stopped before. */
const ANSWERED_MS = 900
const LATE_MS = 3_000

describe('A gateway that is stopped right before it sends creates', { concurrency: true }, () => {
  for (const [name, untilGoOn] of [
    ['while the rollbacks of others still wait', untilTaken],
    ['when others have ended all', untilEnded],
  ] as const) {
    it(`leaves nothing of what it sends then: ${name}`, async (t) => {
      await using fleet = await makeFleet({ settings: { ...PATIENT, ZOHO_MAX_CONCURRENCY: '20' } })
      const other = await fleet.startOne(0)
      const stop = { file: path.join(fleet.folder, 'stopped'), creates: eachTwice() }
      const stopped = await fleet.startOne(1, stopAt(stop))
      const told = MODULES.flatMap(() => [{ body: SALE }, { body: SALE, key: randomUUID() }]).map(
        (ask) => fleet.ledger.ask(stopped.url, ask),
      )
      await until('it has stopped itself', () => existsSync(stop.file))
      await untilGoOn(fleet)
      const before = await woken(fleet)
      await goingOn(stopped, Promise.all(told))
      await until('what it made is in the log', async () => (await woken(fleet)) >= WAKES)
      await untilSold(fleet, stopped)
      const { sales, completed } = await fleet.judgeAtRest(other.url)
      t.diagnostic(`${sales} sales, ${completed} completed, ${await woken(fleet)} wakes`)
      assert.equal(before, 0)
      assert.ok(completed >= KEYED && completed <= sales - UNKEYED, `${completed} of ${sales}`)
    })
  }
})

describe('A gateway that is stopped while creates are in flight', { concurrency: true }, () => {
  for (const [name, kind] of [
    ['are answered meanwhile', { type: 'slow', ms: ANSWERED_MS }],
    ['make their records later', { type: 'lateApply', afterMs: LATE_MS, leaving: 'nothing' }],
  ] as const) {
    it(`leaves nothing of those that ${name}`, async (t) => {
      await using fleet = await makeFleet({ settings: { ZOHO_MAX_CONCURRENCY: '20' } })
      const [other, stopped] = await fleet.startAll(2)
      assert.ok(other !== undefined && stopped !== undefined)
      const told: Promise<unknown>[] = []
      for (const module of MODULES) {
        await fleet.fake.addFault({ operation: `create:${module}`, times: 2, kind })
        const asks = [{ body: SALE }, { body: SALE, key: randomUUID() }]
        told.push(...asks.map((ask) => fleet.ledger.ask(stopped.url, ask)))
        await until('its creates are seen', async () => (await seen(fleet, module)) === 2)
      }
      process.kill(stopped.pid, 'SIGSTOP')
      await untilEnded(fleet)
      await sleep(LATE_MS)
      process.kill(stopped.pid, 'SIGCONT')
      await Promise.all(told)
      await untilSold(fleet, stopped)
      const { sales, completed } = await fleet.judgeAtRest(other.url)
      t.diagnostic(`${sales} sales, ${completed} completed, ${await woken(fleet)} wakes`)
      assert.ok((await woken(fleet)) >= KEYED)
      assert.ok(completed >= KEYED && completed <= sales - UNKEYED, `${completed} of ${sales}`)
    })
  }
})

/**
 * Continues a process for as long as the work takes. It says that it stops right before it does so: on a busy machine
 * a single signal comes first, and it would be stopped for ever.
 */
async function goingOn({ pid }: GatewayProcess, work: Promise<unknown>): Promise<void> {
  const again = setInterval(() => process.kill(pid, 'SIGCONT'), CONTINUE_EVERY_MS)
  try {
    await work
  } finally {
    clearInterval(again)
  }
}

/** How often a create that meets the fault was seen. */
async function seen({ fake }: Fleet, module: string): Promise<number> {
  const journal = await fake.journal()
  return journal.filter(
    ({ operation, fault }) => operation === `create:${module}` && fault !== null,
  ).length
}

function eachTwice(): StopAt['creates'] {
  return Object.fromEntries(MODULES.map((module) => [module, 2]))
}

function stopAt(stop: StopAt): LaunchOptions {
  return { command: gatewayCommand(['serve'], ENTRY), settings: { STOP: JSON.stringify(stop) } }
}

/** All sales have another owner, whose rollbacks wait for their second look. */
async function untilTaken(fleet: Fleet): Promise<void> {
  await untilInterrupted(fleet)
}

async function untilEnded(fleet: Fleet): Promise<void> {
  await untilInterrupted(fleet)
  await until('all are at rest', async () => {
    const [row] = await fleet.query('select count(*) as left from sale where at_rest = 0')
    return Number(row?.['left']) === 0
  })
}

async function untilInterrupted(fleet: Fleet): Promise<void> {
  await until('all are taken over', async () => (await count(fleet, 'SaleInterrupted')) === 6)
}

function woken(fleet: Fleet): Promise<number> {
  return count(fleet, 'OwnerWoke')
}

async function count({ query }: Fleet, type: string): Promise<number> {
  const [row] = await query(`select count(*) as events from event where type = '${type}'`)
  return Number(row?.['events'])
}

/** A process that was stopped is not ready at once. */
async function untilSold(fleet: Fleet, { url }: GatewayProcess): Promise<void> {
  await until('it sells again', async () => {
    const { status } = await fleet.ledger.ask(url, { body: SALE, key: randomUUID() })
    return status === 200
  })
}

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'
import { migrations } from '../../migrations/sqlite/index.ts'
import type { FaultRule } from '../../src/adapters/fake-zoho/faults/faults.ts'
import { launchGateway, startGateway } from '../../src/infrastructure/demo/gateway-process.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import { countOf } from '../support/counts.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import { makeFolder } from '../support/gateway/run-gateway.ts'
import type { Ask } from './site/callers.ts'
import { CLAIM, dieAt, MANY_EVENTS } from './site/die-at.ts'
import { makeSite, type Site } from './site/site.ts'

// The gateway kills itself before a statement to its database; before the next one is after this.

/** It dies at one in so many statements; the simulation dies at each. */
const STEP = countOf('STATEMENTS_STEP')

/** The same for sales in groups. */
const GROUP_STEP = countOf('GROUP_STATEMENTS_STEP')

/** Sales that are asked for at once. */
const GROUP = 8

/** More statements than any of these makes. */
const STATEMENTS_MAX = 300

/** A slow start ends no sale here, and a rollback does not take long. */
const SETTINGS = { SALE_DEADLINE_MS: '60000', ZOHO_SETTLE_MS: '50' }

const DONE_POLL_MS = 20
const DONE_TRIES_MAX = 1_000

const REFUSED: FaultRule = {
  operation: 'create:Sales_Orders',
  times: Number.POSITIVE_INFINITY,
  kind: { type: 'refuse' },
}

describe('A gateway that dies at every statement to its database', { concurrency: 2 }, () => {
  it('completes a sale with a key all the same', async (t) => {
    await using site = await makeSite({ settings: SETTINGS })
    const kills = await dieAtEveryStatement(site, { asks: () => [askOf(true)] })
    const verdict = await site.rest()
    t.diagnostic(`${kills} kills, ${verdict.sales} sales, ${verdict.completed} completed`)
    assert.equal(verdict.completed, verdict.sales)
    assert.ok(kills * STEP >= 25, `only ${kills} kills`)
  })

  it('completes a sale without a key, or leaves nothing of it and answered nobody that it is', async (t) => {
    await using site = await makeSite({ settings: SETTINGS })
    const kills = await dieAtEveryStatement(site, { asks: () => [askOf(false)] })
    const verdict = await site.rest()
    t.diagnostic(`${kills} kills, ${verdict.sales} sales, ${verdict.completed} completed`)
    assert.ok(kills * STEP >= 20, `only ${kills} kills`)
  })

  it('leaves nothing of a sale that is refused, and reports it once', async (t) => {
    await using site = await makeSite({ settings: SETTINGS, smtp: {} })
    await site.fake.addFault(REFUSED)
    const kills = await dieAtEveryStatement(site, { asks: () => [askOf(true)] })
    const verdict = await site.rest()
    t.diagnostic(
      `${kills} kills, ${verdict.sales} sales, ${verdict.mails} mails, ` +
        `${verdict.secondCopies} of them second copies`,
    )
    assert.equal(verdict.completed, 0)
    assert.ok(kills * STEP >= 45, `only ${kills} kills`)
  })

  it('loses none of eight sales that are asked for at once', async (t) => {
    const settings = { ...SETTINGS, ZOHO_MAX_CONCURRENCY: '16' }
    await using site = await makeSite({ settings })
    const kills = await dieAtEveryStatement(site, {
      step: GROUP_STEP,
      from: [CLAIM, MANY_EVENTS],
      asks: () => Array.from({ length: GROUP }, (_, index) => askOf(index % 2 === 0)),
      latencyMs: 20,
    })
    const verdict = await site.rest()
    const keys = new Set(site.ledger.told.flatMap(({ key }) => key ?? [])).size
    t.diagnostic(`${kills} kills, ${verdict.sales} sales, ${verdict.completed} completed`)
    assert.ok(verdict.completed >= keys, `${verdict.completed} completed, of ${keys} keys`)
    assert.ok(kills * GROUP_STEP >= 60, `only ${kills} kills`)
  })

  it('makes its database whole at the next start, where it died at its first', async (t) => {
    let kills = 0
    for (let nth = 1; nth <= STATEMENTS_MAX; nth += STEP) {
      await using folder = await makeFolder()
      const settings = { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'warn' }
      const dying = dieAt({ when: 'before', nth })
      const gateway = launchGateway({ ...settings, ...dying.settings }, dying)
      const isReady = await Promise.race([
        gateway.ready.then(() => true).catch(() => false),
        gateway.ended.then(() => false),
      ])
      await gateway.kill()
      if (isReady) break
      kills += 1
      await assertMigratedOrNot(path.join(folder.path, 'gateway.db'))
      if (nth % 10 !== 1) continue
      await using next = await startGateway(settings)
      assert.equal(await next.stop(), 0)
    }
    t.diagnostic(`${kills} kills`)
    assert.ok(kills * STEP >= 20, `only ${kills} kills`)
  })
})

/** The schema is there as a whole or not at all, and the file can be opened and is migrated. */
async function assertMigratedOrNot(file: string): Promise<void> {
  const database = new SqliteDatabase(file)
  const has = (name: string) =>
    database.prepare('select 1 from sqlite_schema where name = ?').get(name) !== undefined
  try {
    assert.equal(database.pragma('integrity_check', { simple: true }), 'ok')
    const done = has('kysely_migration')
      ? database.prepare('select count(*) from kysely_migration').pluck().get()
      : 0
    assert.ok(done === 0 || done === Object.keys(migrations).length, `${done} migrations`)
    assert.equal(has('event'), done !== 0, 'the tables are there in part')
  } finally {
    database.close()
  }
  await (await openStore(file)).close()
}

function askOf(hasKey: boolean): Ask {
  return { body: SALE, key: hasKey ? `order-${randomUUID()}` : undefined }
}

/** New sales for each statement that they need; one gateway each, which takes up those before. */
async function dieAtEveryStatement(
  site: Site,
  options: {
    readonly asks: () => readonly Ask[]
    readonly step?: number
    readonly from?: readonly string[]
    readonly latencyMs?: number
  },
): Promise<number> {
  const { asks, step = STEP, from = [CLAIM], latencyMs = 1 } = options
  await site.fake.settings({ latency: { type: 'fixed', ms: latencyMs } })
  for (let nth = 1; nth <= STATEMENTS_MAX; nth += step) {
    const gateway = await site.start(dieAt({ when: 'before', nth, from }))
    await site.untilAtRest(gateway.url)
    const told = await Promise.all(asks().map((ask) => site.ledger.ask(gateway.url, ask)))
    const isBroken = told.some(({ status }) => status === undefined)
    const over = new AbortController()
    const isDead = await Promise.race([
      gateway.ended.then(() => true),
      // Where the connection broke, it is the only one that can end this.
      ...(isBroken ? [] : [untilDone(site.folder, over.signal).then(() => false)]),
    ])
    over.abort()
    if (isDead) await site.died(gateway)
    else await gateway.kill()
    if (!isDead) return site.kills
  }
  throw new Error('there was no end to the statements')
}

/** Looks into the file itself: to ask the gateway would be statements more. */
async function untilDone(folder: string, over: AbortSignal): Promise<void> {
  const database = new SqliteDatabase(path.join(folder, 'gateway.db'), { readonly: true })
  const left = database
    .prepare(
      `select (select count(*) from sale where at_rest = 0)
            + (select count(*) from outbox where sent_at is null)`,
    )
    .pluck()
  try {
    for (let tries = 0; tries < DONE_TRIES_MAX && !over.aborted; tries += 1) {
      if (left.get() === 0) return
      await sleep(DONE_POLL_MS)
    }
    if (!over.aborted) throw new Error('the sale did not come to its end in time')
  } finally {
    database.close()
  }
}

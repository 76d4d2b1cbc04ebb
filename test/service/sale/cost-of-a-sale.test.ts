// What a sale costs: counted, never timed. A figure that grows fails here, and is changed here with a
// reason.

import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { SOFTWARE } from '../../../src/infrastructure/system/software.ts'
import { makeFolder } from '../../adapters/sqlite/open-stores.ts'
import { countStatements } from '../../support/counted-statements.ts'
import { FAILED, post, SALE, SUCCESS } from '../../support/gateway/http-requests.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'

/** Sales of each kind before the one that is measured: then every statement is prepared. */
const WARM_UP = 5

/** Callers at once in the last row. */
const MANY = 64

/** The header of a write-ahead log, and a frame of it: the page and its own header. */
const [WAL_HEADER_BYTES, WAL_FRAME_BYTES] = [32, 4_096 + 24]

type Cost = {
  /** Transactions, each with one full sync. */
  readonly commits: number
  /** Statements that SQLite ran, with those that begin and end a transaction. */
  readonly statements: number
  readonly prepared: number
  readonly calls: number
  readonly events: number
  /** Of the stored texts, without the version of this software. */
  readonly eventBytes: number
  /** Pages of 4 KiB in the write-ahead log: what the disk takes before a commit is reported. */
  readonly pages: number
}

/** The service over a database in a file, after `WARM_UP` sales of each kind. */
async function openWarm() {
  const folder = await makeFolder()
  const counted = countStatements()
  const store = await openStore(folder.path)
  const beside = new SqliteDatabase(folder.path)
  const t = await makeTestService({}, { store })
  const key = await t.key('acme', 'sales:create')
  let keys = 0
  const asks = {
    plain: () => post(t, key),
    withKey() {
      keys += 1
      return post(t, key, SALE, { 'idempotency-key': `order-${keys}` })
    },
    failing: () => {
      t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
      return post(t, key)
    },
    manyAtOnce: () => Promise.all(Array.from({ length: MANY }, asks.plain)),
  }
  await asks.manyAtOnce()
  for (let number = 0; number < WARM_UP; number += 1) {
    await asks.plain()
    await asks.withKey()
    await asks.failing()
  }

  const commits = () => counted.run.filter((text) => text === 'commit').length

  /** How many commits are done when each call goes out, and when the answer comes. */
  async function commitsBefore<Answer>(ask: () => Promise<Answer>) {
    const before: (readonly [string, number])[] = []
    t.fake.hooks.before = (operation) => void before.push([operation, commits()])
    counted.reset()
    const answer = await ask()
    before.push(['answer', commits()])
    // The two reads are sent at once.
    return { answer, before: [...before.slice(0, 2).toSorted(), ...before.slice(2)] }
  }

  /** What `ask` costs, with all that follows from it at the same instant, such as a mail. */
  async function costOf(ask: () => Promise<unknown>): Promise<Cost> {
    beside.pragma('wal_checkpoint(truncate)')
    const last = beside.prepare('select max(position) from event').pluck().get()
    const callsBefore = t.fake.journal.length
    counted.reset()
    await ask()
    await t.time.pass(0)
    const [run, prepared] = [[...counted.run], counted.prepared.length]
    const walBytes = statSync(`${folder.path}-wal`).size - WAL_HEADER_BYTES
    const bodies = beside
      .prepare<unknown[], string>('select body from event where position > ?')
      .pluck()
      .all(last)
      .map((body) => body.replaceAll(SOFTWARE, ''))
    return {
      commits: commits(),
      statements: run.length,
      prepared,
      calls: t.fake.journal.length - callsBefore,
      events: bodies.length,
      eventBytes: bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0),
      pages: walBytes / WAL_FRAME_BYTES,
    }
  }

  return {
    ...t,
    asks,
    costOf,
    commitsBefore,
    /** Since they were last counted from nothing. */
    commits,
    async [Symbol.asyncDispose]() {
      await t[Symbol.asyncDispose]()
      beside.close()
      await store.close()
      counted[Symbol.dispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/**
 * The table: what one sale costs, and 64 that are asked for at once. How many nodes of the tree an
 * event completes, and how many pages its rows are on, depends on how long the log is; of the same
 * log they are always as many.
 *
 * The commits are those of docs/guarantees.md: `SaleRequested` (overlaps the reads), `SalePriced`,
 * `DealCreated`, `QuoteCreated`, and the last one before the answer. A sale that fails at its Quote has
 * `CompensationRequired` with its mail in the place of the fourth; the fifth has the deleted Deal and the
 * end of the sale, and that its mail was sent.
 *
 * Five of the pages are of the indexes of the auditor's desk (migration 015): one for the request, one for
 * each record, and one for the amount once the sale is decided.
 */
const COSTS = {
  plain: {
    commits: 5,
    statements: 44,
    prepared: 0,
    calls: 5,
    events: 6,
    eventBytes: 2_740,
    pages: 38,
  },
  withKey: {
    commits: 5,
    statements: 44,
    prepared: 0,
    calls: 5,
    events: 6,
    eventBytes: 2_739,
    pages: 45,
  },
  failing: {
    commits: 5,
    statements: 53,
    prepared: 0,
    calls: 5,
    events: 7,
    eventBytes: 3_128,
    pages: 60,
  },
  manyAtOnce: {
    commits: 5,
    statements: 130,
    prepared: 0,
    calls: 320,
    events: 384,
    eventBytes: 175_360,
    pages: 165,
  },
} as const satisfies Record<string, Cost>

describe('The cost of a sale', () => {
  it('is what the table has: alone, with a key, failed with its mail, and 64 at once', async () => {
    await using t = await openWarm()
    const costs = {
      plain: await t.costOf(t.asks.plain),
      withKey: await t.costOf(t.asks.withKey),
      failing: await t.costOf(t.asks.failing),
      manyAtOnce: await t.costOf(t.asks.manyAtOnce),
    }
    assert.deepEqual(costs, COSTS)
  })

  it('is five commits: two before the Deal, and one more before each step and the answer', async () => {
    await using t = await openWarm()
    const { answer, before } = await t.commitsBefore(t.asks.plain)
    assert.equal(answer.body, SUCCESS)
    assert.deepEqual(before, [
      ['coql:Contacts', 0],
      ['list:Products', 0],
      ['create:Deals', 2],
      ['create:Quotes', 3],
      ['create:Sales_Orders', 4],
      ['answer', 5],
    ])
  })

  it('is five commits where it fails at its Quote and its mail is sent, three before the Quote', async () => {
    await using t = await openWarm()
    const { answer, before } = await t.commitsBefore(t.asks.failing)
    assert.equal(answer.body, FAILED)
    assert.deepEqual(before, [
      ['coql:Contacts', 0],
      ['list:Products', 0],
      ['create:Deals', 2],
      ['create:Quotes', 3],
      ['delete:Deals', 4],
      ['answer', 5],
    ])
    await t.time.pass(0)
    assert.equal(t.commits(), 5)
    assert.equal(t.mails.length, WARM_UP + 1)
  })
})

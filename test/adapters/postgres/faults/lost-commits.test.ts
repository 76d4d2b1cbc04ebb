// A commit whose answer was lost is read back: each write gets the answer that is true, and nothing is doubled.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../../../src/adapters/sql/database/database.ts'
import { makeLogWriter } from '../../../../src/adapters/sql/log/rows/log-writer.ts'
import { READ_BACK_TRIES_MAX } from '../../../../src/adapters/sql/log/rows/read-back.ts'
import { type AppErrorCode, errorCode } from '../../../../src/application/base/errors.ts'
import { dealCreated, now, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { assertTreeIsThatOfTheEvents } from '../../../support/log/assert-tree.ts'
import { openCutProxy } from '../../../support/postgres/cut-proxy.ts'
import {
  sharedPostgres,
  startPostgres,
  type TestPostgres,
} from '../../../support/postgres/test-postgres.ts'
import { until } from '../../../support/time/until.ts'
import { connect, migratedDatabase } from '../open-stores.ts'

const [one, other, third] = [a.saleIdOf(1), a.saleIdOf(2), a.saleIdOf(3)]

/** Short ones: a test waits for the server to end what hears nothing more. */
const LIMITS = { connectMs: 2_000, lockMs: 3_000, transactionIdleMs: 700, answerMs: 4_000 }

const isA = (code: AppErrorCode) => (error: unknown) => errorCode(error) === code

/** Stores behind a network that fails, and others of the same database that see it directly. */
async function setUp(
  server: TestPostgres | Promise<TestPostgres> = sharedPostgres(),
  limits: Partial<typeof LIMITS> = {},
  pause?: () => Promise<void>,
) {
  const url = await migratedDatabase(server)
  const proxy = await openCutProxy(url)
  const writerOver = (database: Database) => {
    return makeLogWriter(database, setImmediate, undefined, { pause })
  }
  const cut = connect(proxy.url(url), { ...LIMITS, ...limits }, writerOver)
  const direct = connect(url)
  await cut.tree.size()
  return {
    proxy,
    cut,
    direct,
    async isWaiting() {
      const { rows } = await sql`
        select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
      `.execute(direct.database.kysely)
      return rows.length > 0
    },
    async [Symbol.asyncDispose]() {
      await cut[Symbol.asyncDispose]()
      await direct[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
    },
  }
}

describe('A commit whose answer is lost', () => {
  it('and that is stored, is answered as stored', async () => {
    await using network = await setUp()
    const { proxy, cut, direct } = network
    proxy.cutAt('commit', 'after the server has answered')
    const begun = [one, other].map((id) => cut.sales.begin(a.firstOf(id), undefined, now))
    assert.deepEqual(await Promise.all(begun), [undefined, undefined])
    await cut.sales.append(a.appendOf(one, [requested], [dealCreated]))
    assert.equal((await direct.sales.load(one)).length, 2)
    assert.equal((await direct.sales.load(other)).length, 1)
    await assertTreeIsThatOfTheEvents(direct)
    assert.equal(await direct.tree.size(), 3)
  })

  it('and that is not stored, is unavailable, and may be repeated', async () => {
    await using network = await setUp()
    const { proxy, cut, direct } = network
    proxy.cutAt('commit', 'before the server has it')
    const begun = [one, other].map((id) => cut.sales.begin(a.firstOf(id), undefined, now))
    for (const write of begun) await assert.rejects(write, isA('unavailable'))
    assert.equal(await direct.tree.size(), 0)
    await cut.sales.begin(a.firstOf(one), undefined, now)
    assert.equal((await direct.sales.load(one)).length, 1)
  })

  it('is refused to the one write of its group that was refused, when it is stored', async () => {
    await using network = await setUp()
    const { proxy, cut } = network
    await cut.sales.begin(a.firstOf(one), undefined, now)
    proxy.cutAt('commit', 'after the server has answered')
    const late = cut.sales.append(a.appendOf(one, [], [requested]))
    const right = cut.sales.append(a.appendOf(one, [requested], [dealCreated]))
    await assert.rejects(late, isA('conflict'))
    await right
  })

  it('is not taken for one of another process at the same position', async () => {
    await using network = await setUp()
    const { proxy, cut, direct } = network
    proxy.cutAt('commit', 'before the server has it')
    proxy.refuse()
    const begun = cut.sales.begin(a.firstOf(one), undefined, now)
    const refused = assert.rejects(begun, isA('unavailable'))
    await until('the connection is cut', () => proxy.open() === 0)
    await direct.sales.begin(a.firstOf(other), undefined, now)
    proxy.accept()
    await refused
    assert.deepEqual(await direct.sales.load(one), [])
  })

  it('is found behind what others have added since', async () => {
    await using network = await setUp()
    const { proxy, cut, direct } = network
    proxy.cutAt('commit', 'after the server has answered')
    proxy.refuse()
    const begun = cut.sales.begin(a.firstOf(one), undefined, now)
    await until('the connection is cut', () => proxy.open() === 0)
    await direct.sales.begin(a.firstOf(other), undefined, now)
    proxy.accept()
    assert.equal(await begun, undefined)
    assert.equal((await direct.sales.load(one)).length, 1)
  })

  it('may still arrive: it is waited for', async () => {
    await using network = await setUp(undefined, { transactionIdleMs: 60_000 })
    const { proxy, cut, direct, isWaiting } = network
    proxy.cutAt('commit', 'on the way')
    const begun = cut.sales.begin(a.firstOf(one), undefined, now)
    await until('the head of the log is waited for', isWaiting)
    proxy.deliver()
    assert.equal(await begun, undefined)
    assert.equal((await direct.sales.load(one)).length, 1)
  })

  it('arrives too late once it is said that it is not stored', async () => {
    await using network = await setUp()
    const { proxy, cut, direct } = network
    proxy.cutAt('commit', 'on the way')
    await assert.rejects(cut.sales.begin(a.firstOf(one), undefined, now), isA('unavailable'))
    proxy.deliver()
    await cut.sales.begin(a.firstOf(other), undefined, now)
    assert.deepEqual(await direct.sales.load(one), [])
    assert.equal(await direct.tree.size(), 1)
  })

  it('keeps no other group waiting', async () => {
    const retry = Promise.withResolvers<void>()
    await using network = await setUp(undefined, {}, () => retry.promise)
    const { proxy, cut } = network
    proxy.cutAt('commit', 'after the server has answered')
    proxy.refuse()
    const begun = cut.sales.begin(a.firstOf(one), undefined, now)
    await until('the connection is cut', () => proxy.open() === 0)
    await assert.rejects(cut.sales.begin(a.firstOf(other), undefined, now), isA('unavailable'))
    proxy.accept()
    await cut.sales.begin(a.firstOf(third), undefined, now)
    retry.resolve()
    assert.equal(await begun, undefined)
  })

  it(`is lost after ${READ_BACK_TRIES_MAX} looks at a database that is not there`, async () => {
    let pauses = 0
    await using network = await setUp(undefined, {}, async () => {
      pauses += 1
    })
    const { proxy, cut } = network
    proxy.cutAt('commit', 'after the server has answered')
    proxy.refuse()
    await assert.rejects(cut.sales.begin(a.firstOf(one), undefined, now), isA('lost'))
    assert.equal(pauses, READ_BACK_TRIES_MAX - 1)
  })

  it('and that adds no event, is unavailable, and repeating it changes nothing more', async () => {
    await using network = await setUp()
    const { proxy, cut } = network
    const mail = a.mailOf(one)
    proxy.cutAt('commit', 'after the server has answered')
    await assert.rejects(cut.outbox.put(mail), isA('unavailable'))
    assert.equal(await cut.outbox.put(mail), false)
    assert.deepEqual(await cut.outbox.backlog(), { count: 1, oldestAt: now })
  })

  it('is on the standby, too, before it is answered as stored', async () => {
    const server = await startPostgres()
    await using network = await setUp(server, { answerMs: 60_000 })
    const { kysely } = network.direct.database
    const setStandby = async (name: string) => {
      await sql`alter system set synchronous_standby_names = ${sql.lit(name)}`.execute(kysely)
      await sql`select pg_reload_conf()`.execute(kysely)
    }
    const waiting = async () => {
      const { rows } = await sql<{ readonly pid: number }>`
        select pid from pg_stat_activity where wait_event = 'SyncRep'
      `.execute(kysely)
      return rows[0]?.pid
    }
    await setStandby('nobody')
    let isAnswered = false
    const begun = network.cut.sales.begin(a.firstOf(one), undefined, now).then(() => {
      isAnswered = true
    })
    await until('the commit waits', async () => (await waiting()) !== undefined)
    const pid = await waiting()
    await sql`select pg_terminate_backend(${pid})`.execute(kysely)
    await until('another commit waits', async () => ![undefined, pid].includes(await waiting()))
    assert.equal(isAnswered, false)
    await setStandby('')
    await begun
    await server.stop()
  })
})

describe('A statement whose answer is lost', () => {
  it('and that may be done twice, is unavailable, and is then done', async () => {
    await using network = await setUp()
    const { proxy, cut, direct } = network
    await direct.outbox.put(a.mailOf(one))
    const waiting = { ...a.mailOf(one), saleIds: [], attempts: 0 }
    for (const [words, run] of [
      ['update "outbox"', () => cut.outbox.postpone(waiting, a.later(5))],
      ['update "outbox"', () => cut.outbox.makeAllDue(a.later(-1))],
      ['update "token_shelf"', () => cut.token.write(Buffer.from('sealed'))],
      ['update "token_shelf"', () => cut.token.release()],
      ['insert into "crm_mark"', () => cut.crmMark.write('fake', now)],
      ['insert into "instance"', () => cut.instances.join('one', 1_000)],
    ] as const) {
      proxy.cutAt(words, 'after the server has answered')
      await assert.rejects(run(), isA('unavailable'), words)
      await run()
    }
  })
})

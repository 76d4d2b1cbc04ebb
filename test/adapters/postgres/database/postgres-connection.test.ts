import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CompiledQuery, sql } from 'kysely'
import pg from 'pg'
import {
  PostgresConnection,
  STATEMENT_LENGTH_MAX,
  STATEMENTS_MAX,
} from '../../../../src/adapters/postgres/database/postgres-connection.ts'
import { openCutProxy } from '../../../support/postgres/cut-proxy.ts'
import { startPostgres } from '../../../support/postgres/test-postgres.ts'
import {
  backendOf,
  type Example,
  emptyTable,
  exampleUrl,
  failure,
  open,
  openAt,
  stored,
  until,
} from './example-database.ts'

const LOST = failure('lost', /nobody knows whether it is stored/)

/** How a commit ends that waits, and what is known of it then. */
const ENDS = [
  [1, 'pg_cancel_backend', /stored it with a warning/],
  [2, 'pg_terminate_backend', /nobody knows whether it is stored/],
] as const

/** Has the server wait, at each commit, for a standby that does not come. */
async function waitForStandby({ kysely }: Example) {
  await sql`alter system set synchronous_standby_names = 'nobody'`.execute(kysely)
  await sql`select pg_reload_conf()`.execute(kysely)
  return {
    async isWaitedFor() {
      await until(kysely, `exists (select from pg_stat_activity where wait_event = 'SyncRep')`)
    },
    async [Symbol.asyncDispose]() {
      await sql`alter system reset synchronous_standby_names`.execute(kysely)
      await sql`select pg_reload_conf()`.execute(kysely)
    },
  }
}

describe('A commit', () => {
  const CUTS = [
    ['before the server has it', []],
    ['after the server has answered', [1]],
  ] as const
  for (const [where, rows] of CUTS) {
    it(`whose connection breaks ${where} is lost, and the next one has another connection`, async () => {
      await using direct = await open()
      await emptyTable(direct)
      await using proxy = await openCutProxy(await exampleUrl())
      await using db = openAt(proxy.url(await exampleUrl()), { poolMax: 1 })
      await stored(db)
      proxy.cutAt('commit', where)
      const work = db.kysely.transaction().execute(async (tx) => {
        await tx.insertInto('one').values({ a: 1, t: null }).execute()
      })
      await assert.rejects(work, LOST)
      assert.deepEqual(await stored(db), rows)
    })
  }

  it('that nobody answers is lost when the time for an answer is over', async () => {
    await using direct = await open()
    await emptyTable(direct)
    await using proxy = await openCutProxy(await exampleUrl())
    await using db = openAt(proxy.url(await exampleUrl()), { poolMax: 1 }, { answerMs: 300 })
    await stored(db)
    const work = db.kysely.transaction().execute(async (tx) => {
      await tx.insertInto('one').values({ a: 1, t: null }).execute()
      proxy.freeze()
    })
    await assert.rejects(work, LOST)
  })

  it('that waits for a standby is lost when the server is told not to wait, or to end it', async () => {
    await using admin = await open()
    await emptyTable(admin)
    await using standby = await waitForStandby(admin)
    for (const [a, end, why] of ENDS) {
      await using db = await open({ poolMax: 1 })
      const pid = await backendOf(db.kysely)
      const work = db.kysely.transaction().execute(async (tx) => {
        await tx.insertInto('one').values({ a, t: null }).execute()
      })
      const ended = assert.rejects(work, failure('lost', why))
      await standby.isWaitedFor()
      await sql`select ${sql.raw(end)}(${pid})`.execute(admin.kysely)
      await ended
    }
    assert.deepEqual(await stored(admin), [1, 2])
  })

  it('is lost when the server is killed at it', async () => {
    const server = await startPostgres()
    await using admin = openAt(server.url('postgres'))
    await emptyTable(admin)
    const standby = await waitForStandby(admin)
    await using db = openAt(server.url('postgres'), { poolMax: 1 })
    const work = db.kysely.transaction().execute(async (tx) => {
      await tx.insertInto('one').values({ a: 1, t: null }).execute()
    })
    const ended = assert.rejects(work, LOST)
    await standby.isWaitedFor()
    await server.kill()
    await ended
    await assert.rejects(stored(db), failure('unavailable', /cannot be reached/))
    await server.start()
    assert.deepEqual(await stored(db), [1])
    await server.stop()
  })

  it('of a transaction in which a statement had failed is a bug, and stores nothing', async () => {
    await using db = await open()
    await emptyTable(db)
    const work = db.kysely.transaction().execute(async (tx) => {
      await tx.insertInto('one').values({ a: 1, t: null }).execute()
      await assert.rejects(sql`select no_such`.execute(tx))
    })
    await assert.rejects(work, /a failed transaction was committed/)
    assert.deepEqual(await stored(db), [])
  })
})

describe('A commit that is sent behind statements without an answer yet', () => {
  const answered = (command: string) => Promise.resolve({ command, rows: [] })
  /** Fails when all is sent. */
  const fails = (error: Error) => () =>
    new Promise((_, reject) => setImmediate(() => reject(error)))
  const late = fails(new Error('Query read timeout'))
  const refusedWith = (code: string) =>
    fails(Object.assign(new pg.DatabaseError('no', 1, 'error'), { code }))

  /** A connection whose server answers the insert and the commit like this. */
  async function commitAfter(insert: () => Promise<unknown>, commit: () => Promise<unknown>) {
    const query = ({ text }: { readonly text: string }) =>
      text === 'commit' ? commit() : text === 'insert' ? insert() : answered('BEGIN')
    const client = { on() {}, release() {}, query }
    const connection = new PostgresConnection(client as unknown as pg.PoolClient)
    await connection.begin(CompiledQuery.raw('begin'))
    await connection.executeQuery({
      ...CompiledQuery.raw('insert'),
      mayWait: true,
    } as CompiledQuery)
    return connection.commit(CompiledQuery.raw('commit'))
  }

  it('is stored when the server says so, though one of them is answered too late', async () => {
    await commitAfter(late, () => answered('COMMIT'))
  })

  it('fails as one of them did, where the server has rolled back', async () => {
    await assert.rejects(
      commitAfter(refusedWith('23505'), () => answered('ROLLBACK')),
      /no/,
    )
  })

  it('is lost where it has no answer, though a pooler says that one of them failed', async () => {
    for (const code of ['08P01', '08006', '57P01', '23505']) {
      await assert.rejects(commitAfter(refusedWith(code), late), LOST, code)
    }
  })

  it('is lost for good where one of them was never sent', async () => {
    const unsent = fails(new Error('no such type'))
    const work = commitAfter(unsent, () => answered('COMMIT'))
    await assert.rejects(work, failure('lost', /a statement was not sent/))
  })

  it('is lost where neither has an answer', async () => {
    await assert.rejects(commitAfter(late, late), LOST)
  })
})

describe('A statement that is a transaction of its own', () => {
  it('is lost when its answer does not arrive, unless it only reads', async () => {
    await using direct = await open()
    await emptyTable(direct)
    await using proxy = await openCutProxy(await exampleUrl())
    await using db = openAt(proxy.url(await exampleUrl()))
    await stored(db)
    proxy.cutAt('insert', 'after the server has answered')
    await assert.rejects(db.kysely.insertInto('one').values({ a: 1, t: null }).execute(), LOST)
    proxy.cutAt('select', 'after the server has answered')
    await assert.rejects(stored(db), failure('unavailable', /connection to the database broke/))
    assert.deepEqual(await stored(direct), [1])
  })

  it('is not lost when the server says no', async () => {
    await using db = await open({ poolMax: 2 }, { lockMs: 50 })
    await emptyTable(db)
    await db.kysely.insertInto('one').values({ a: 1, t: null }).execute()
    await db.kysely.transaction().execute(async (tx) => {
      await tx.updateTable('one').set({ t: 'held' }).execute()
      const other = db.kysely.updateTable('one').set({ t: 'other' }).execute()
      await assert.rejects(other, failure('unavailable', /the database is busy/))
    })
  })
})

describe('A transaction', () => {
  it('whose process in the server is ended stores nothing, and the pool has another connection', async () => {
    await using admin = await open()
    await emptyTable(admin)
    await using db = await open({ poolMax: 1 })
    const work = db.kysely.transaction().execute(async (tx) => {
      await tx.insertInto('one').values({ a: 1, t: null }).execute()
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
    })
    await assert.rejects(work, failure('unavailable', /stopping or starting/))
    assert.deepEqual(await stored(db), [])
  })

  it('is ended by the server when this process says nothing for too long', async () => {
    await using db = await open({ poolMax: 1 }, { transactionIdleMs: 50 })
    await emptyTable(db)
    const work = db.kysely.transaction().execute(async (tx) => {
      await tx.insertInto('one').values({ a: 1, t: null }).execute()
      await using watch = await open()
      const pid = await backendOf(tx)
      await until(watch.kysely, `not exists (select from pg_stat_activity where pid = ${pid})`)
      await tx.insertInto('one').values({ a: 2, t: null }).execute()
    })
    await assert.rejects(work, failure('unavailable', /./))
    assert.deepEqual(await stored(db), [])
  })

  it('has the isolation and the access that it asks for', async () => {
    await using db = await open()
    const asked = db.kysely
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
    const rows = await asked.execute(async (tx) => [
      (await sql`show transaction_isolation`.execute(tx)).rows[0],
      (await sql`show transaction_read_only`.execute(tx)).rows[0],
    ])
    assert.deepEqual(rows, [
      { transaction_isolation: 'repeatable read' },
      { transaction_read_only: 'on' },
    ])
  })

  it('that is rolled back gives its connection back', async () => {
    await using db = await open({ poolMax: 1 })
    const pid = await backendOf(db.kysely)
    const work = db.kysely.transaction().execute(async () => {
      throw new Error('no')
    })
    await assert.rejects(work, /no/)
    assert.equal(await backendOf(db.kysely), pid)
  })
})

describe('Statements', () => {
  const prepared = async ({ kysely }: Example) => {
    const { rows } = await sql<{
      statement: string
    }>`select statement from pg_prepared_statements where statement not like '%prepared%'`.execute(
      kysely,
    )
    return rows.map(({ statement }) => statement)
  }
  const run = async ({ kysely }: Example, text: string) =>
    kysely.executeQuery(CompiledQuery.raw(text))

  it('are prepared once in a connection; those that make tables, and long ones, are not kept', async () => {
    await using db = await open({ poolMax: 1 })
    await emptyTable(db)
    const long = `select 1 as ${'x'.repeat(STATEMENT_LENGTH_MAX)}`
    for (const text of ['select 1', 'create table if not exists one ()', long, 'select 1'])
      await run(db, text)
    assert.deepEqual(await prepared(db), ['select 1'])
  })

  it(`are kept up to ${STATEMENTS_MAX}, and the rest still runs`, async () => {
    await using db = await open({ poolMax: 1 })
    for (let number = 0; number <= STATEMENTS_MAX; number += 1)
      await run(db, `select ${number} as n`)
    assert.equal((await prepared(db)).length, STATEMENTS_MAX)
    const { rows } = await run(db, `select ${STATEMENTS_MAX} as n`)
    assert.deepEqual(rows, [{ n: STATEMENTS_MAX }])
  })

  it('whose table was changed fail once, and then see it', async () => {
    await using db = await open({ poolMax: 1 })
    await emptyTable(db)
    await run(db, 'select * from one')
    await run(db, 'alter table one add column b int')
    await assert.rejects(
      run(db, 'select * from one'),
      failure('unavailable', /tables were changed/),
    )
    assert.deepEqual((await run(db, 'select * from one')).rows, [])
  })
})

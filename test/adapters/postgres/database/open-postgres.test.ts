import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { assertDurable } from '../../../../src/adapters/postgres/database/assert-durable.ts'
import { POSTGRES_LIMITS } from '../../../../src/adapters/postgres/database/postgres-settings.ts'
import { startPostgres } from '../../../support/postgres/test-postgres.ts'
import {
  emptyTable,
  exampleUrl,
  failure,
  open,
  openAt,
  settingsOf,
  stored,
} from './example-database.ts'

describe('A value', () => {
  it('of int8 is a number, of numeric a text, of bytea a Buffer; and others as pg has them', async () => {
    await using db = await open()
    const max = Number.MAX_SAFE_INTEGER
    const { rows } = await sql`
      select ${max}::int8 as whole, 12.50::numeric as amount, decode('00ff', 'hex') as bytes,
        true as flag, null::int8 as none, 7::int4 as small, count(*) as counted`.execute(db.kysely)
    const bytes = Buffer.from([0, 255])
    const rest = { flag: true, none: null, small: 7, counted: 1 }
    assert.deepEqual(rows, [{ whole: max, amount: '12.50', bytes, ...rest }])
  })

  it('of int8 that a number does not hold is an error, never another number', async () => {
    await using db = await open()
    for (const value of ['9007199254740992', '-9007199254740992']) {
      await assert.rejects(sql`select ${value}::int8 as a`.execute(db.kysely), /beyond 2\^53/)
    }
    assert.equal(pg.types.getTypeParser(pg.types.builtins.INT8)('7'), '7')
  })

  it('goes in as it comes out', async () => {
    await using db = await open()
    await emptyTable(db)
    const result = await db.kysely.insertInto('one').values({ a: 5, t: "é'\\" }).executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
    assert.deepEqual(await db.kysely.selectFrom('one').selectAll().execute(), [{ a: 5, t: "é'\\" }])
    assert.deepEqual(await stored(db), [5])
  })

  it('of text with U+0000, for which PostgreSQL has no text, fails no search, and finds nothing', async () => {
    await using db = await open()
    await emptyTable(db)
    await db.kysely.insertInto('one').values({ a: 5, t: 'web' }).execute()
    const found = db.kysely.selectFrom('one').select('a').where('t', '=', 'web\0')
    assert.deepEqual(await found.execute(), [])
    await db.kysely.insertInto('one').values({ a: 6, t: 'a\0b' }).execute()
    const kept = db.kysely.selectFrom('one').select('t').where('a', '=', 6)
    assert.deepEqual(await kept.execute(), [{ t: 'a\ufffdb' }])
  })
})

describe('A session', () => {
  it('has the settings and limits that the service relies on, whatever the database has', async () => {
    await using db = await open()
    const { database, applicationName } = settingsOf(await exampleUrl())
    await sql`alter database ${sql.ref(database)} set synchronous_commit = off`.execute(db.kysely)
    try {
      await using fresh = await open()
      const names = [
        'application_name',
        'client_encoding',
        'default_transaction_isolation',
        'idle_in_transaction_session_timeout',
        'lock_timeout',
        'statement_timeout',
        'synchronous_commit',
        'TimeZone',
      ]
      const { rows } = await sql<{ name: string; setting: string }>`
        select name, setting from pg_settings where name in (${sql.join(names)})`.execute(
        fresh.kysely,
      )
      assert.deepEqual(Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), {
        application_name: applicationName,
        client_encoding: 'UTF8',
        default_transaction_isolation: 'read committed',
        idle_in_transaction_session_timeout: `${POSTGRES_LIMITS.transactionIdleMs}`,
        lock_timeout: `${POSTGRES_LIMITS.lockMs}`,
        statement_timeout: `${POSTGRES_LIMITS.statementMs}`,
        synchronous_commit: 'on',
        TimeZone: 'UTC',
      })
    } finally {
      await sql`alter database ${sql.ref(database)} reset synchronous_commit`.execute(db.kysely)
    }
  })
})

describe('assertDurable', () => {
  it('refuses a server that does not sync, by the names of the settings', async () => {
    await using db = await open()
    const off = failure('refused', /turned off: fsync, full_page_writes$/)
    await assert.rejects(assertDurable(db.kysely), off)
  })

  it('accepts one that does', async () => {
    const server = await startPostgres({ fsync: 'on', full_page_writes: 'on' })
    await using db = openAt(server.url('postgres'))
    await assertDurable(db.kysely)
  })
})

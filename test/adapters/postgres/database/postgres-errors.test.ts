import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { sql } from 'kysely'
import pg from 'pg'
import { failureOf } from '../../../../src/adapters/postgres/database/postgres-errors.ts'
import { SERVER_FILES } from '../../../support/postgres/programs.ts'
import {
  queryOnce,
  startPostgres,
  type TestPostgres,
} from '../../../support/postgres/test-postgres.ts'
import { emptyTable, failure, open, openAt } from './example-database.ts'

const RIGHT = 'another'
const SECRET = 'pass-that-nobody-sees'
const HIDDEN = /nobody-sees/

describe('A connection that cannot be made', () => {
  const CASES = [
    ['to a database that is not there', { database: 'nowhere' }, 'refused', /no such database/],
    ['to a port where nobody listens', { port: 1 }, 'unavailable', /cannot be reached/],
    ['to a host that nobody knows', { host: 'nowhere.invalid' }, 'unavailable', /is not known/],
    ['with TLS to a server without', { ssl: { rejectUnauthorized: true } }, 'refused', /no TLS/],
  ] as const
  for (const [name, settings, code, why] of CASES) {
    it(`${name} is ${code}`, async () => {
      await using db = await open(settings)
      await assert.rejects(sql`select 1`.execute(db.kysely), failure(code, why))
    })
  }

  it('without the right password is refused, and shows none', async () => {
    const url = (await signInServer()).url('postgres')
    // `pg` would take it where none is set.
    process.env['PGPASSWORD'] = RIGHT
    for (const password of [undefined, SECRET]) {
      await using db = openAt(url, { user: 'service', ...(password && { password }) })
      await assert.rejects(sql`select 1`.execute(db.kysely), (error) => {
        failure('refused', /user or the password/)(error)
        assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), HIDDEN)
        return true
      })
      assert.doesNotMatch(inspect(db.kysely, { depth: 20 }), HIDDEN)
    }
    delete process.env['PGPASSWORD']
  })

  it('because all are in use for too long is unavailable', async () => {
    await using db = await open({ poolMax: 1 }, { poolWaitMs: 50 })
    await db.kysely.connection().execute(async () => {
      const other = sql`select 1`.execute(db.kysely)
      await assert.rejects(other, failure('unavailable', /no connection was free/))
    })
  })
})

describe('A statement that the server does not do', () => {
  it('in time is unavailable', async () => {
    await using db = await open({}, { statementMs: 50 })
    const slow = sql`select pg_sleep(60)`.execute(db.kysely)
    await assert.rejects(slow, failure('unavailable', /took too long/))
  })

  it('because it may only be read is unavailable, and the connection is not used again', async () => {
    await using db = await open({ poolMax: 1 })
    await emptyTable(db)
    await sql`set default_transaction_read_only = on`.execute(db.kysely)
    const write = () => db.kysely.insertInto('one').values({ a: 1, t: null }).execute()
    await assert.rejects(write(), failure('unavailable', /only be read/))
    await write()
  })

  it('for want of a right is refused', async () => {
    await using db = await open({ poolMax: 1 })
    await emptyTable(db)
    const work = db.kysely.transaction().execute(async (tx) => {
      await sql`create role nobody_at_all`.execute(tx)
      await sql`set local role nobody_at_all`.execute(tx)
      await tx.selectFrom('one').selectAll().execute()
    })
    await assert.rejects(work, failure('refused', /lacks a right/))
  })

  it('is a bug where it is not operational: it passes, without the values of a row', async () => {
    await using db = await open()
    await emptyTable(db)
    const insert = () => db.kysely.insertInto('one').values({ a: 71_717, t: null }).execute()
    await insert()
    const BUGS = [
      [insert, '23505'],
      [() => sql`select ${'seven-secret'}::bigint`.execute(db.kysely), '22P02'],
      [() => sql`selekt`.execute(db.kysely), '42601'],
    ] as const
    for (const [work, code] of BUGS) {
      await assert.rejects(work(), (error) => {
        assert.ok(error instanceof pg.DatabaseError && error.code === code, inspect(error))
        assert.doesNotMatch(inspect(error), /71717|seven-secret/)
        return true
      })
    }
  })
})

describe('failureOf', () => {
  // Those that no test provokes.
  const CODES = [
    ['08006', 'unavailable'],
    ['08007', 'lost'],
    ['25P03', 'unavailable'],
    ['28000', 'refused'],
    ['40003', 'lost'],
    ['53100', 'unavailable'],
    ['53200', 'unavailable'],
    ['53300', 'unavailable'],
    ['53400', 'unavailable'],
    ['57P02', 'unavailable'],
    ['57P03', 'unavailable'],
    ['58030', 'lost'],
    ['XX001', 'lost'],
    ['XX002', 'lost'],
  ] as const
  for (const [sqlState, code] of CODES) {
    it(`calls ${sqlState} ${code}, and keeps it as the cause`, () => {
      const error = answer(sqlState)
      const known = failureOf(error)
      assert.equal(known?.code, code)
      assert.equal(known.cause, error)
      assert.doesNotMatch(known.message, /what the server says/)
    })
  }

  const SYSTEM = [
    ['ECONNRESET', 'unavailable'],
    ['EPIPE', 'unavailable'],
    ['ETIMEDOUT', 'unavailable'],
    ['EHOSTUNREACH', 'unavailable'],
    ['EAI_AGAIN', 'unavailable'],
    ['CERT_HAS_EXPIRED', 'refused'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'refused'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'refused'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'refused'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'refused'],
  ] as const
  for (const [systemCode, code] of SYSTEM) {
    it(`calls ${systemCode} ${code}`, () => {
      assert.equal(failureOf(Object.assign(new Error('no'), { code: systemCode }))?.code, code)
    })
  }

  it('knows no bug', () => {
    const bugs = [
      new TypeError('no such method'),
      answer('42601'),
      answer('23505'),
      answer('0A000'),
    ]
    for (const bug of bugs) assert.equal(failureOf(bug), undefined)
  })
})

/** A server that wants a password of everybody but its superuser. */
async function signInServer(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(SERVER_FILES, 'plg-hba-'))
  await chmod(folder, 0o755)
  const file = join(folder, 'pg_hba.conf')
  await writeFile(file, 'host all postgres all trust\nhost all all all scram-sha-256\n')
  const server = await startPostgres({ hba_file: file })
  await rm(folder, { recursive: true })
  await queryOnce(server.url('postgres'), `create role service login password '${RIGHT}'`)
  return server
}

function answer(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('what the server says', 1, 'error'), { code })
}

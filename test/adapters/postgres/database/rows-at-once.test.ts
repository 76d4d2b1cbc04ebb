import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CompiledQuery, sql } from 'kysely'
import { openPostgresDatabase } from '../../../../src/adapters/postgres/database/postgres-database.ts'
import { prepareRows } from '../../../../src/adapters/sql/database/prepared-query.ts'
import type { EpochMs } from '../../../../src/domain/time.ts'
import { until } from '../../../support/time/until.ts'
import { migratedDatabase, settingsOf } from '../open-stores.ts'

const COLUMNS = ['id', 'client', 'scopes', 'digest', 'created_at', 'expires_at'] as const

const rowOf = (number: number) => ({
  ...{ id: `key-${number}`, client: `"${number}" \\ {ü}, 😀`, scopes: '["admin"]' },
  ...{ digest: Buffer.alloc(32, number), created_at: (2 ** 52 + number) as EpochMs },
  expires_at: number % 2 === 0 ? null : (number as EpochMs),
})

/** A database of its own until the end of the test, and who writes keys into it. */
async function open(existing?: string) {
  const url = existing ?? (await migratedDatabase())
  const opened = openPostgresDatabase(settingsOf(url))
  const { kysely, words } = opened
  const write = prepareRows(kysely, { table: 'api_key', columns: COLUMNS }, words.rowsAsOne)
  const clients = async () => {
    const rows = await kysely.selectFrom('api_key').select('client').orderBy('id').execute()
    return rows.map(({ client }) => client)
  }
  return { ...opened, url, write, clients, [Symbol.asyncDispose]: opened.close }
}

describe('Rows that are written at once', () => {
  it('are stored as they are: texts, numbers, bytes and nothing', async () => {
    await using db = await open()
    for (const numbers of [[], [1], [2, 3, 4, 5, 6]]) await db.write(db.kysely, numbers.map(rowOf))
    const stored = await db.kysely.selectFrom('api_key').select(COLUMNS).orderBy('id').execute()
    assert.deepEqual(stored, [1, 2, 3, 4, 5, 6].map(rowOf))
  })

  it('have U+FFFD for what is no text in PostgreSQL, as a value of its own has', async () => {
    await using db = await open()
    const texts = ['nul \0', 'half \ud800 pair', 'its escape \\u0000']
    const rows = texts.map((client, at) => ({ ...rowOf(at), client }))
    await db.write(db.kysely, rows)
    const atOnce = await db.clients()
    await db.kysely.deleteFrom('api_key').execute()
    await db.kysely.insertInto('api_key').values(rows).execute()
    assert.deepEqual(atOnce, await db.clients())
    assert.deepEqual(atOnce, ['nul \ufffd', 'half \ufffd pair', 'its escape \\u0000'])
  })
})

describe('A statement of a transaction whose answer may wait', () => {
  it('fails the next one, or the commit, and nothing is stored', async () => {
    await using db = await open()
    const twice = [rowOf(1), rowOf(1)]
    const begun = db.kysely.transaction()
    const atCommit = begun.execute(async (tx) => db.write(tx, twice))
    await assert.rejects(atCommit, /api_key_pkey|duplicate/)
    const atNext = begun.execute(async (tx) => {
      await db.write(tx, [rowOf(2)])
      await db.write(tx, twice)
      await tx.selectFrom('api_key').select('id').execute()
      assert.fail('the next statement has an answer')
    })
    await assert.rejects(atNext, /api_key_pkey|duplicate/)
    assert.deepEqual(await db.clients(), [])
    // The connections are as good as before.
    await begun.execute(async (tx) => db.write(tx, [rowOf(3)]))
    assert.equal((await db.clients()).length, 1)
  })

  it('is done before the next one reads', async () => {
    await using db = await open()
    await db.kysely.transaction().execute(async (tx) => {
      await db.write(tx, [rowOf(1), rowOf(2)])
      assert.equal((await tx.selectFrom('api_key').select('id').execute()).length, 2)
    })
  })

  it('of a transaction that is rolled back is not stored', async () => {
    await using db = await open()
    const work = db.kysely.transaction().execute(async (tx) => {
      await db.write(tx, [rowOf(1)])
      throw new Error('thought better of it')
    })
    await assert.rejects(work, /thought better of it/)
    assert.deepEqual(await db.clients(), [])
  })
})

describe('Statements that are asked together', () => {
  const size = CompiledQuery.raw('select size from log_head')

  it('see what is stored when it is their turn: behind a lock, what its last holder has stored', async () => {
    await using holder = await open()
    await using waiter = await open(holder.url)
    let asked: Promise<unknown> | undefined
    await holder.kysely.transaction().execute(async (tx) => {
      await holder.logHead.lock(tx)
      asked = waiter.kysely
        .transaction()
        .execute((its) => waiter.askTogether(its, [waiter.logHead.locking, size]))
      await until('the lock is waited for', async () => {
        const waiting = sql`select from pg_stat_activity where wait_event = 'transactionid'`
        // In a transaction every look would be the first one again.
        return (await waiting.execute(waiter.kysely)).rows.length > 0
      })
      await tx.updateTable('log_head').set({ size: 7 }).execute()
    })
    assert.deepEqual(await asked, [[{ size: 7 }], [{ size: 7 }]])
  })

  it('fail with the error of the first that fails, and the connection is as good as before', async () => {
    await using db = await open()
    const broken = CompiledQuery.raw('select 1 / 0')
    const work = db.kysely.transaction().execute((tx) => db.askTogether(tx, [size, broken, size]))
    await assert.rejects(work, /22012/)
    const again = db.kysely.transaction().execute((tx) => db.askTogether(tx, [size]))
    assert.deepEqual(await again, [[{ size: 0 }]])
  })
})

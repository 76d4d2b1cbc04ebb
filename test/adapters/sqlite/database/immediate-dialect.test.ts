import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { CompiledQuery, Kysely, sql } from 'kysely'
import type { Schema } from '../../../../src/adapters/sql/database/schema.ts'
import { makeSqlLogTree } from '../../../../src/adapters/sql/log/sql-log-tree.ts'
import {
  immediateDialect,
  STATEMENTS_MAX,
} from '../../../../src/adapters/sqlite/database/immediate-dialect.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { countStatements } from '../../../support/counted-statements.ts'
import { addManySales } from '../../../support/examples/many-sales.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { openStores } from '../open-stores.ts'

/** A database with one table of one row, and what is asked of it. */
async function openCounted() {
  const counted = countStatements()
  const raw = new SqliteDatabase(':memory:')
  const errors: unknown[] = []
  const kysely = new Kysely<Schema>({
    dialect: immediateDialect(raw, { onError: (error) => void errors.push(error) }),
  })
  const run = async (text: string) => (await kysely.executeQuery(CompiledQuery.raw(text))).rows
  await run('create table one (a)')
  await run('insert into one values (7)')
  counted.reset()
  return {
    raw,
    kysely,
    errors,
    counted,
    run,
    async [Symbol.asyncDispose]() {
      counted[Symbol.dispose]()
      await kysely.destroy()
    },
  }
}

const numbered = (number: number) => `select a + ${number} as a from one`

describe('Statements', () => {
  it('are prepared once, also those that begin with a new line', async () => {
    await using t = await openCounted()
    const texts = ['select a from one', '\n      select a from one\n', 'update one set a = 7']
    for (const text of [...texts, ...texts]) await t.run(text)
    assert.deepEqual(t.counted.prepared, texts)
    assert.equal(t.counted.run.length, texts.length * 2)
  })

  it('that begin and end a transaction are prepared once', async () => {
    await using t = await openCounted()
    for (let time = 0; time < 3; time += 1) {
      await t.kysely.transaction().execute(async () => undefined)
      const failing = t.kysely.transaction().execute(async () => {
        throw new Error('no')
      })
      await assert.rejects(failing, /no/)
    }
    assert.deepEqual(t.counted.prepared, ['begin immediate', 'commit', 'rollback'])
  })

  it(`are kept up to ${STATEMENTS_MAX}, and the one that was not used for longest goes`, async () => {
    await using t = await openCounted()
    for (let number = 0; number < STATEMENTS_MAX; number += 1) await t.run(numbered(number))
    await t.run(numbered(0))
    t.counted.reset()
    await t.run(numbered(STATEMENTS_MAX))
    for (let number = 2; number < STATEMENTS_MAX; number += 1) await t.run(numbered(number))
    await t.run(numbered(0))
    assert.deepEqual(t.counted.prepared, [numbered(STATEMENTS_MAX)])
    await t.run(numbered(1))
    assert.deepEqual(t.counted.prepared, [numbered(STATEMENTS_MAX), numbered(1)])
  })

  it('are all forgotten after one that may change the schema', async () => {
    await using t = await openCounted()
    const all = 'select * from one'
    assert.deepEqual(await t.run(all), [{ a: 7 }])
    await t.run('alter table one add column b default 8')
    assert.deepEqual(await t.run(all), [{ a: 7, b: 8 }])
    await t.run('pragma user_version')
    await t.run(all)
    assert.equal(t.counted.prepared.filter((text) => text === all).length, 3)
  })

  it('return the columns that are there after another process changed the schema', async () => {
    await using t = await openCounted()
    const all = 'select * from one'
    assert.deepEqual(await t.run(all), [{ a: 7 }])
    t.raw.exec('alter table one add column b default 8')
    assert.deepEqual(await t.run(all), [{ a: 7, b: 8 }])
  })

  it('of a long transaction are as many as those of a short one, so none waits to be freed', async () => {
    using counted = countStatements()
    const preparedFor = async (sales: number) => {
      await using stores = await openStores()
      await addManySales(stores.sales, sales)
      counted.reset()
      const size = await makeSqlLogTree(stores.database).rebuild()
      return { size, prepared: counted.prepared.length }
    }
    const [short, long] = [await preparedFor(200), await preparedFor(800)]
    assert.ok(short.size > 1_000 && long.size > 4_000, `${short.size}, ${long.size}`)
    assert.equal(long.prepared, short.prepared)
  })

  it('of a sale are still prepared when an auditor has looked', async () => {
    using counted = countStatements()
    await using stores = await openStores()
    const begin = (number: number) =>
      stores.sales.begin(a.firstOf(a.saleIdOf(number)), { ...a.claim, key: `${number}` }, now)
    const look = (day: string) => {
      const data = { day, what: '/log' }
      return stores.eventLog.recordOnce({ type: 'AuditorLooked', at: now, data }, a.actor)
    }
    for (let number = 1; number <= 10; number += 1) {
      await begin(number)
      await look(`2026-10-${number + 10}`)
    }
    counted.reset()
    await begin(11)
    await look('2026-11-24')
    assert.deepEqual(counted.prepared, [])
  })
})

describe('A rollback that fails', () => {
  it('is a loss, because what is read next may never be stored', async () => {
    await using t = await openCounted()
    const cause = new Error('no rollback')
    const prepare = (text: string) => {
      if (text === 'rollback') throw cause
      return t.raw.prepare(text)
    }
    const broken = { prepare, inTransaction: true } as unknown as SqliteDatabase.Database
    const errors: unknown[] = []
    const kysely = new Kysely<Schema>({
      dialect: immediateDialect(broken, { onError: (error) => void errors.push(error) }),
    })
    const failing = kysely.transaction().execute(async (tx) => {
      await sql`insert into one values (8)`.execute(tx)
      throw new Error('a bug')
    })
    await assert.rejects(failing, (error) => errorCode(error) === 'lost')
    assert.deepEqual(errors.map(errorCode), [undefined, 'lost'])
  })
})

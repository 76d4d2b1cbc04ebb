import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { sql } from 'kysely'
import { BUSY_TRIES_MAX } from '../../../../src/adapters/sqlite/database/busy-wait.ts'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { isDiskFull, toAppError } from '../../../../src/adapters/sqlite/database/sqlite-errors.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { makeFolder } from '../open-stores.ts'

/** A database whose write lock another program has, and pauses that a test ends. */
async function makePlace(onPause: (pauses: number) => Promise<void> | void) {
  const folder = await makeFolder()
  let pauses = 0
  const watch = { onFull: assert.fail, onLost: () => assert.fail() }
  const { kysely, close } = openDatabase(folder.path, watch, async () => {
    pauses += 1
    await onPause(pauses)
  })
  await sql`create table t (a)`.execute(kysely)
  // Nothing here may wait within SQLite, where the event loop would stand still.
  await sql`pragma busy_timeout = 0`.execute(kysely)
  const other = new SqliteDatabase(folder.path)
  other.exec('begin immediate')
  const insert = (value: number) => sql`insert into t values (${value})`.execute(kysely)
  const all = async () => (await sql<{ a: number }>`select a from t`.execute(kysely)).rows
  return {
    kysely,
    other,
    insert,
    all,
    close,
    pauses: () => pauses,
    async [Symbol.asyncDispose]() {
      other.close()
      await close().catch(() => undefined)
      await folder[Symbol.asyncDispose]()
    },
  }
}

const isUnavailable = (error: unknown) => errorCode(toAppError('test', error)) === 'unavailable'

describe('While another program has the write lock', () => {
  it('reads are answered between the tries of a transaction', async () => {
    const read: unknown[] = []
    await using place = await makePlace(async (pauses) => {
      read.push(await place.all())
      if (pauses === 3) place.other.exec('commit')
    })
    await place.kysely.transaction().execute((tx) => sql`insert into t values (1)`.execute(tx))
    assert.deepEqual(read, [[], [], []])
    assert.deepEqual(await place.all(), [{ a: 1 }])
  })

  it('a single statement waits in the same way', async () => {
    await using place = await makePlace(async (pauses) => {
      assert.deepEqual(await place.all(), [])
      if (pauses === 2) place.other.exec('commit')
    })
    await place.insert(1)
    assert.equal(place.pauses(), 2)
    assert.deepEqual(await place.all(), [{ a: 1 }])
  })

  it('a transaction gives up after its last try, having stored nothing, and the next one goes on', async () => {
    await using place = await makePlace(() => undefined)
    const failing = place.kysely
      .transaction()
      .execute((tx) => sql`insert into t values (1)`.execute(tx))
    await assert.rejects(failing, (error) => isUnavailable(error) && !isDiskFull(error))
    assert.equal(place.pauses(), BUSY_TRIES_MAX - 1)
    place.other.exec('commit')
    await place.insert(2)
    assert.deepEqual(await place.all(), [{ a: 2 }])
  })

  it('no other transaction comes between a begin and its commit', async () => {
    await using place = await makePlace((pauses) => {
      if (pauses === 4) place.other.exec('commit')
    })
    const order: string[] = []
    const write = (name: string) =>
      place.kysely.transaction().execute(async (tx) => {
        order.push(`${name} begins`)
        await new Promise(setImmediate)
        await sql`insert into t values (1)`.execute(tx)
        order.push(`${name} ends`)
      })
    await Promise.all([write('one'), write('two')])
    const [first, second] = order[0] === 'one begins' ? ['one', 'two'] : ['two', 'one']
    assert.deepEqual(order, [
      `${first} begins`,
      `${first} ends`,
      `${second} begins`,
      `${second} ends`,
    ])
  })

  it('closing waits for what has begun', async () => {
    await using place = await makePlace((pauses) => {
      if (pauses === 5) place.other.exec('commit')
    })
    const inserting = place.insert(1)
    await Promise.all([inserting, place.close()])
    assert.equal(place.other.prepare('select count(*) from t').pluck().get(), 1)
  })
})

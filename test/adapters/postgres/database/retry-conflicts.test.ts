import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import {
  CONFLICT_TRIES_MAX,
  retryConflicts,
} from '../../../../src/adapters/sql/database/repeats.ts'
import { emptyTable, failure, open, stored } from './example-database.ts'

describe('A transaction that another one is in the way of', () => {
  it('is tried again: two that take the same rows in opposite order are both done', async () => {
    await using db = await open({ poolMax: 2 })
    await emptyTable(db)
    await sql`insert into one values (1), (2)`.execute(db.kysely)
    const bothHold = Promise.withResolvers<void>()
    const oneIsDone = Promise.withResolvers<void>()
    let holding = 0
    let tries = 0
    const take = async (first: number, second: number) => {
      tries += 1
      // The one that was rolled back could be quicker than the one that it held up.
      if (tries > 2) await oneIsDone.promise
      await db.kysely.transaction().execute(async (tx) => {
        await sql`set local deadlock_timeout = '10ms'`.execute(tx)
        await sql`update one set t = 'x' where a = ${first}`.execute(tx)
        holding += 1
        if (holding === 2) bothHold.resolve()
        await bothHold.promise
        await sql`update one set a = a + 10 where a = ${second}`.execute(tx)
      })
      oneIsDone.resolve()
    }
    const raise = (first: number, second: number) => retryConflicts(() => take(first, second))
    await Promise.all([raise(1, 2), raise(2, 1)])
    assert.equal(tries, 3)
    assert.deepEqual(await stored(db), [11, 12])
  })

  it(`is tried ${CONFLICT_TRIES_MAX} times at most`, async () => {
    await using db = await open({ poolMax: 2 })
    await emptyTable(db)
    await sql`insert into one values (1)`.execute(db.kysely)
    let tries = 0
    const work = retryConflicts(() => {
      tries += 1
      const transaction = db.kysely.transaction().setIsolationLevel('repeatable read')
      return transaction.execute(async (tx) => {
        await tx.selectFrom('one').selectAll().execute()
        await sql`update one set t = 'other'`.execute(db.kysely)
        await sql`update one set t = 'own'`.execute(tx)
      })
    })
    await assert.rejects(work, failure('unavailable', /the database is busy/))
    assert.equal(tries, CONFLICT_TRIES_MAX)
  })

  it('is not tried again for another reason', async () => {
    let tries = 0
    const work = retryConflicts(async () => {
      tries += 1
      throw new Error('another')
    })
    await assert.rejects(work, /another/)
    assert.equal(tries, 1)
  })
})

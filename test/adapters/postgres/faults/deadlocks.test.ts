// A transaction of the stores that the server rolls back for the sake of another one is tried again.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../../../../src/adapters/sql/database/schema.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import type { OpenStores } from '../../../support/examples/stores-over.ts'
import { until } from '../../../support/time/until.ts'
import { connect, migratedDatabase } from '../open-stores.ts'

const [one, other] = [a.saleIdOf(1), a.saleIdOf(2)]

const lockMail = (tx: Transaction<Schema>, messageId: string) =>
  tx.selectFrom('outbox').select('id').where('message_id', '=', messageId).forUpdate().execute()

const lockHead = (tx: Transaction<Schema>) =>
  tx.selectFrom('log_head').select('size').forUpdate().execute()

/**
 * Has a transaction of another process hold a lock, and take a second one when `work` waits for the first: `work`
 * is rolled back, because the server looks for a deadlock for it first: once, 2 s after it began to wait. The second
 * lock has to be asked for by then.
 */
async function inTheWay(
  { database: { kysely } }: OpenStores,
  locks: readonly [
    first: (tx: Transaction<Schema>) => unknown,
    second: (tx: Transaction<Schema>) => unknown,
  ],
  work: () => Promise<unknown>,
): Promise<void> {
  let done: Promise<unknown> = Promise.resolve()
  await kysely.transaction().execute(async (tx) => {
    await sql`set local deadlock_timeout = '1min'`.execute(tx)
    await locks[0](tx)
    done = work()
    done.catch(() => undefined)
    await until('it waits', async () => {
      const { rows } = await sql`
        select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
      `.execute(kysely)
      return rows.length > 0
    })
    await locks[1](tx)
  })
  await done
}

async function openPair(): Promise<readonly [OpenStores, OpenStores]> {
  const url = await migratedDatabase()
  const admin = connect(url)
  const { kysely } = admin.database
  const name = new URL(url).pathname.slice(1)
  await sql`alter database ${sql.id(name)} set deadlock_timeout = '2s'`.execute(kysely)
  return [admin, connect(url)]
}

describe('A deadlock', () => {
  it('has a group of writes written again', async () => {
    const [admin, stores] = await openPair()
    await using _ = admin
    await using __ = stores
    const mail = a.mailOf(one)
    await stores.outbox.put(mail)
    const [waiting] = await stores.outbox.due(now, 1)
    assert.ok(waiting !== undefined)
    await inTheWay(admin, [(tx) => lockMail(tx, mail.messageId), lockHead], () =>
      stores.outbox.markSent(waiting, now, a.BY_SMTP),
    )
    assert.equal(await stores.tree.size(), 1)
    assert.deepEqual(await stores.outbox.backlog(), { count: 0, oldestAt: undefined })
  })

  it('has a statement of many rows run again', async () => {
    const [admin, stores] = await openPair()
    await using _ = admin
    await using __ = stores
    const [mail, second] = [a.mailOf(one), a.mailOf(other)]
    for (const put of [mail, second]) await stores.outbox.put({ ...put, createdAt: a.later(9) })
    const locks = [second, mail].map(
      ({ messageId }) =>
        (tx: Transaction<Schema>) =>
          lockMail(tx, messageId),
    )
    const [last, first] = locks
    assert.ok(first !== undefined && last !== undefined)
    await inTheWay(admin, [last, first], () => stores.outbox.makeAllDue(now))
    assert.equal((await stores.outbox.due(now, 2)).length, 2)
  })
})

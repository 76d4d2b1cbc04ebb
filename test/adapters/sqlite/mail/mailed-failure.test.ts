import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { makeLogWriter } from '../../../../src/adapters/sql/log/rows/log-writer.ts'
import { makeSqlOutbox } from '../../../../src/adapters/sql/mail/sql-outbox.ts'
import { makeSqlSaleStore } from '../../../../src/adapters/sql/sale/sql-sale-store.ts'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../../src/adapters/sqlite/database/migrate.ts'
import { now, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'

describe('A database from before mails were shared', () => {
  it('keeps its waiting mails, knows whom they name, and counts them in a storm', async () => {
    const database = openDatabase(':memory:')
    const before = Object.entries(migrations).filter(([name]) => name < '008')
    await migrate(database, Object.fromEntries(before))
    for (let number = 1; number <= 20; number++) {
      const { messageId, saleId, subject, text } = a.mailOf(a.saleIdOf(number))
      await sql`
        insert into outbox (message_id, about, sale_id, subject, text, created_at, attempts, due_at)
        values (${messageId}, 'failed', ${saleId}, ${subject}, ${text}, ${now}, 3, ${now})
      `.execute(database.kysely)
    }
    await migrate(database, migrations)
    const writer = makeLogWriter(database, setImmediate)
    const outbox = makeSqlOutbox(database, writer)
    const sales = makeSqlSaleStore(database, writer)
    const mails = await outbox.due(now, 99)
    assert.equal(mails.length, 20)
    const [mail, saleId] = [a.mailOf(a.saleIdOf(1)), a.saleIdOf(1)]
    assert.deepEqual(mails[0], { ...mail, saleIds: [saleId], attempts: 3 })
    for (const number of [20, 21]) {
      await sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)
      const told = a.failureMailOf(number, now)
      await sales.append(a.appendOf(a.saleIdOf(number), [requested], [a.failed], [told]))
    }
    assert.equal((await outbox.due(now, 99)).length, 20)
    assert.equal((await outbox.due(a.later(30_000), 99)).length, 21)
    await database.close()
  })
})

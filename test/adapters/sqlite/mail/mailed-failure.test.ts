import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { migrations } from '../../../../migrations/index.ts'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../../src/adapters/sqlite/database/migrate.ts'
import { makeLogWriter } from '../../../../src/adapters/sqlite/log/rows/log-writer.ts'
import { makeSqliteOutbox } from '../../../../src/adapters/sqlite/mail/sqlite-outbox.ts'
import { makeSqliteSaleStore } from '../../../../src/adapters/sqlite/sale/sqlite-sale-store.ts'
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
    const writer = makeLogWriter(database.kysely, setImmediate)
    const outbox = makeSqliteOutbox(database, writer)
    const sales = makeSqliteSaleStore(database, writer)
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

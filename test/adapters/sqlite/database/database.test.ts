import assert from 'node:assert/strict'
import { copyFile, open, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely'
import type { Schema } from '../../../../src/adapters/sql/database/schema.ts'
import { backlogQuery } from '../../../../src/adapters/sql/mail/sql-outbox.ts'
import { openSalesQuery } from '../../../../src/adapters/sql/sale/sql-sale-reader.ts'
import {
  assertFullSync,
  openDatabase,
  settleWal,
} from '../../../../src/adapters/sqlite/database/database.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { now, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { makeFolder, openStores } from '../open-stores.ts'
import { startChild } from './start-child.ts'

/** SQLite's own. */
const PAGE_BYTES = 4096

describe('openDatabase', () => {
  it('makes the folder, and the files for their owner only', async () => {
    await using folder = await makeFolder()
    const path = join(folder.folder, 'new', 'folder', 'gateway.db')
    await using stores = await openStores(path)
    await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
    for (const name of [path, `${path}-wal`, `${path}-shm`]) {
      assert.equal((await stat(name)).mode & 0o777, 0o600)
    }
  })

  it('syncs every commit, still after writes and on a database that was there', async () => {
    await using folder = await makeFolder()
    for (const number of [1, 2]) {
      await using stores = await openStores(folder.path)
      await stores.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)
      const { kysely } = stores.database
      assert.deepEqual((await sql`pragma synchronous`.execute(kysely)).rows, [{ synchronous: 2 }])
      assert.deepEqual((await sql`pragma journal_mode`.execute(kysely)).rows, [
        { journal_mode: 'wal' },
      ])
      await assertFullSync(stores.database)
    }
  })

  it('throws where commits are not synced', async () => {
    await using folder = await makeFolder()
    await using stores = await openStores(folder.path)
    await sql`pragma synchronous = normal`.execute(stores.database.kysely)
    await assert.rejects(assertFullSync(stores.database), /synchronous is 1/)
  })

  it('refuses a file that is no database, and a folder that cannot be made', async () => {
    await using folder = await makeFolder()
    await writeFile(folder.path, 'a text of at least one hundred bytes. '.repeat(9))
    const codes = [
      ['lost', folder.path],
      ['refused', join(folder.path, 'gateway.db')],
    ] as const
    for (const [code, path] of codes) {
      assert.throws(
        () => openDatabase(path),
        (error) => errorCode(error) === code,
      )
    }
  })

  it('waits for another process that makes the same database', async () => {
    await using folder = await makeFolder()
    await using other = await startChild('lock briefly', folder.path)
    assert.equal(await other.go(), 'locked')
    await using stores = await openStores(folder.path)
    assert.deepEqual(await stores.saleReader.events(0, 9), [])
  })

  it('lets reads wait for an open transaction', async () => {
    await using folder = await makeFolder()
    await using stores = await openStores(folder.path)
    const { kysely } = stores.database
    const order: string[] = []
    const writing = kysely.transaction().execute(async (tx) => {
      await tx.deleteFrom('outbox').execute()
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push('committed')
    })
    const reading = stores.saleReader.events(0, 9).then(() => order.push('read'))
    await Promise.all([writing, reading])
    assert.deepEqual(order, ['committed', 'read'])
  })

  it('waits for what has begun before it closes', async () => {
    await using folder = await makeFolder()
    const first = await openStores(folder.path)
    const storing = first.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
    await Promise.all([storing, first[Symbol.asyncDispose]()])
    await using second = await openStores(folder.path)
    assert.equal((await second.saleReader.events(0, 9)).length, 1)
  })
})

describe('two processes on one database', () => {
  it('make one sale of each key that both claim', async () => {
    await using folder = await makeFolder()
    await using stores = await openStores(folder.path)
    await using one = await startChild('begin', folder.path, '1')
    await using two = await startChild('begin', folder.path, '2')
    const [holders, sameHolders] = await Promise.all([one.go(), two.go()])
    assert.deepEqual(holders, sameHolders)
    const { sales } = await stores.saleReader.list({ limit: 100 })
    assert.deepEqual(sales.map(({ saleId }) => saleId).toSorted(), (holders as string[]).toSorted())
  })
})

describe('a full disk', () => {
  it('is unavailable and stores nothing; with room again, all goes on', async () => {
    await using folder = await makeFolder()
    await using stores = await openStores(folder.path)
    const { kysely } = stores.database
    const saleId = a.saleIdOf(1)
    await stores.sales.begin(a.firstOf(saleId), undefined, now)
    await sql`pragma max_page_count = 1`.execute(kysely)
    const huge = { ...a.mailOf(saleId), text: 'x'.repeat(100_000) }
    const append = a.appendOf(saleId, [requested], [a.failed], [huge])
    const isUnavailable = (error: unknown) => errorCode(error) === 'unavailable'
    await assert.rejects(stores.sales.append(append), isUnavailable)
    await assert.rejects(stores.sales.append(append), isUnavailable)
    assert.deepEqual(await stores.sales.load(saleId), [requested])
    assert.equal((await stores.saleReader.show(saleId, undefined))?.status, 'in_progress')
    await sql`pragma max_page_count = 1000000`.execute(kysely)
    await stores.sales.append(append)
    assert.deepEqual(await stores.sales.load(saleId), [requested, a.failed])
    assert.equal(await stores.outbox.nextDueAt(), now)
  })
})

describe('a disk that is watched', () => {
  it('is reported full before its caller has the error', async () => {
    await using folder = await makeFolder()
    const told: string[] = []
    const onFull = () => void told.push('watch')
    const onLost = () => void told.push('lost')
    const database = openDatabase(folder.path, { onFull, onLost })
    await sql`create table big (text)`.execute(database.kysely)
    await sql`pragma max_page_count = 2`.execute(database.kysely)
    const insert = sql`insert into big values (zeroblob(100000))`.execute(database.kysely)
    await insert.catch(() => told.push('caller'))
    assert.deepEqual(told, ['watch', 'caller'])
    await database.close()
  })

  it('is reported lost when what it returns is damaged, and for nothing else', async () => {
    await using folder = await makeFolder()
    const first = await openStores(folder.path)
    await first.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
    const { rows } = await sql<{
      rootpage: number
    }>`select rootpage from sqlite_schema where name = 'event'`.execute(first.database.kysely)
    await first.database.close()
    const file = await open(folder.path, 'r+')
    await file.write(Buffer.alloc(PAGE_BYTES, 'x'), 0, PAGE_BYTES, pageAt(rows[0]?.rootpage))
    await file.close()
    const lost: unknown[] = []
    const watch = { onFull: assert.fail, onLost: (error: unknown) => void lost.push(error) }
    const database = openDatabase(folder.path, watch)
    await assert.rejects(sql`no such statement`.execute(database.kysely))
    assert.deepEqual(lost, [])
    await assert.rejects(sql`select * from event`.execute(database.kysely))
    assert.deepEqual(lost.map(errorCode), ['lost'])
    await database.close()
  })
})

function pageAt(page: number | undefined): number {
  assert.ok(page !== undefined)
  return (page - 1) * PAGE_BYTES
}

describe('settleWal', () => {
  it('brings what only the write-ahead log held into the database file', async () => {
    await using folder = await makeFolder()
    await using stores = await openStores(folder.path)
    await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
    const copy = join(folder.folder, 'copy.db')
    const eventsOfFileAlone = async () => {
      await copyFile(folder.path, copy)
      await using alone = await openStores(copy)
      return (await alone.saleReader.events(0, 9)).length
    }
    assert.equal(await eventsOfFileAlone(), 0)
    await settleWal(stores.database)
    assert.equal(await eventsOfFileAlone(), 1)
  })
})

describe('the queries of every start and every sale', () => {
  // what is asked, the index that answers it
  const PLANS: readonly (readonly [RawBuilder<unknown>, RegExp])[] = [
    [sql`select sale_id from sale where at_rest = 0 order by first_position`, /sale_unfinished/],
    [sql`select * from sale where client = 'c' order by first_position desc`, /sale_client/],
    [sql`select * from outbox where sent_at is null and due_at <= 1`, /outbox_waiting/],
    [sql`select id from outbox where open = 1 and due_at <= 1`, /outbox_open/],
    [sql`select count(*), min(created_at) from outbox where sent_at is null`, /outbox_oldest/],
    [sql`select failed_at from mailed_failure where failed_at > 1`, /mailed_failure_time/],
    [sql`select sale_id from mailed_failure where mail_id = 1 order by id`, /mailed_failure_mail/],
    [sql`select * from event where sale_id = 's' order by sequence`, /sqlite_autoindex_event_1/],
    [
      sql`select 1 from event where type = 'AuditorLooked'
        and body ->> '$.actor.keyId' = ${'k'} and body ->> '$.data.day' = ${'d'}`,
      /event_auditor_look/,
    ],
    [
      sql`select 1 from event where type = 'SaleUnreadable'
        and body ->> '$.data.saleId' = ${'s'} limit 1`,
      /event_unreadable/,
    ],
    [
      sql`select position, body from event
        where type in ('CrmAccountShut', 'CrmAccountReopened') order by position desc limit 1`,
      /event_account/,
    ],
    [
      sql`select position, body from event where sale_id is null
        and type in ('MailSent', 'OrphanDeleted')`,
      /sqlite_autoindex_event_1/,
    ],
  ]
  for (const [query, index] of PLANS) {
    it(`are answered from an index: ${index.source}`, async () => {
      await using stores = await openStores()
      const plan = await sql<{ detail: string }>`explain query plan ${query}`.execute(
        stores.database.kysely,
      )
      const details = plan.rows.map(({ detail }) => detail).join('\n')
      assert.match(details, index)
      assert.doesNotMatch(details, /TEMP B-TREE/)
    })
  }

  const SCRAPED = [
    [(db: Kysely<Schema>) => openSalesQuery(db, 10_000), /sale_unfinished/],
    [backlogQuery, /outbox_(waiting|oldest)/],
  ] as const
  for (const [query, index] of SCRAPED) {
    it(`of each scrape read no sale that is at rest and no mail that is sent: ${index.source}`, async () => {
      await using stores = await openStores()
      const { sql: text, parameters } = query(stores.database.kysely).compile()
      const plan = CompiledQuery.raw(`explain query plan ${text}`, [...parameters])
      const { rows } = await stores.database.kysely.executeQuery<{ detail: string }>(plan)
      const details = rows
        .map(({ detail }) => detail)
        .filter((detail) => /sale |outbox/.test(detail))
      assert.equal(details.length, 1, details.join())
      assert.match(details[0] ?? '', index)
      assert.ok(!rows.some(({ detail }) => detail.includes('TEMP B-TREE')))
    })
  }
})

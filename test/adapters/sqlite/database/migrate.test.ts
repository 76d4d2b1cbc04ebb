import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../../src/adapters/sqlite/database/migrate.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { makeFolder, openStores } from '../open-stores.ts'
import { startChild } from './start-child.ts'

describe('migrate', () => {
  it('leaves nothing behind when a statement of a later migration fails', async () => {
    await using folder = await makeFolder()
    const database = openDatabase(folder.path)
    const broken: Migration = {
      async up(db) {
        await sql`create table two (a any) strict`.execute(db)
        await sql`create table two (a any) strict`.execute(db)
      },
    }
    const good: Migration = {
      up: (db) => db.schema.createTable('one').addColumn('a', 'text').execute(),
    }
    await assert.rejects(migrate(database, { '1-good': good, '2-broken': broken }), /two/)
    const schema = sql`select name from sqlite_schema`
    assert.deepEqual((await schema.execute(database.kysely)).rows, [])
    await migrate(database, { '1-good': good })
    await database.close()
  })

  it('runs each migration once, and a new one on a database that is in use', async () => {
    await using folder = await makeFolder()
    await using stores = await openStores(folder.path)
    await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
    await migrate(stores.database, migrations)
    let runs = 0
    const next: Migration = { up: async () => void runs++ }
    await migrate(stores.database, { ...migrations, '999-next': next })
    await migrate(stores.database, { ...migrations, '999-next': next })
    assert.equal(runs, 1)
    assert.equal((await stores.saleReader.events(0, 9)).length, 1)
  })

  it('refuses a database that a newer version has migrated', async () => {
    await using folder = await makeFolder()
    await using stores = await openStores(folder.path)
    await migrate(stores.database, { ...migrations, '999-next': { up: async () => {} } })
    await assert.rejects(
      migrate(stores.database, migrations),
      (error) => errorCode(error) === 'refused' && /newer version/.test(String(error)),
    )
  })

  it('lets processes take turns that find no database at the same moment', async () => {
    await using folder = await makeFolder()
    await using first = await startChild('migrate', folder.path)
    await using second = await startChild('migrate', folder.path)
    await using third = await startChild('migrate', folder.path)
    const answers = await Promise.all([first, second, third].map((child) => child.go()))
    assert.deepEqual(answers, ['migrated', 'migrated', 'migrated'])
    await using stores = await openStores(folder.path)
    assert.deepEqual(await stores.saleReader.events(0, 9), [])
  })
})

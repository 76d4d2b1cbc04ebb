import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { migrations } from '../../../../migrations/postgres/index.ts'
import { migrate, migrationsDone } from '../../../../src/adapters/postgres/database/migrate.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { emptyUrl, migratedUrl, openAt } from './example-schema.ts'

const NOTHING: Migration = { up: async () => {} }

function statement(text: string): Migration {
  return {
    async up(db) {
      await sql.raw(text).execute(db)
    },
  }
}

function refused(error: unknown): boolean {
  return errorCode(error) === 'refused'
}

describe('migrate of PostgreSQL', () => {
  it('leaves nothing behind when a statement of a later migration fails, and can be tried again', async () => {
    await using database = openAt(await emptyUrl())
    const broken: Migration = {
      async up(db) {
        await sql`create table two ()`.execute(db)
        await sql`create table two ()`.execute(db)
      },
    }
    const good: Migration = { up: (db) => db.schema.createTable('one').execute() }
    await assert.rejects(migrate(database, { '1-good': good, '2-broken': broken }), /two/)
    assert.deepEqual(await database.kysely.introspection.getTables(), [])
    await using other = openAt(await emptyUrl())
    await migrate(other, { '1-good': good })
    await migrate(database, { '1-good': good })
    assert.deepEqual(await migrationsDone(database.kysely), ['1-good'])
  })

  it('runs each migration once, also for processes that start at the same moment', async () => {
    const url = await emptyUrl()
    let runs = 0
    const counted: Migration = { up: async () => void runs++ }
    await using first = openAt(url)
    await using second = openAt(url)
    await using third = openAt(url)
    const all = { ...migrations, '999-next': counted }
    await Promise.all([first, second, third].map((database) => migrate(database, all)))
    await migrate(first, all)
    assert.equal(runs, 1)
  })

  it('refuses a database that a newer version has migrated', async () => {
    await using database = openAt(await migratedUrl())
    await migrate(database, { ...migrations, '999-next': NOTHING })
    await assert.rejects(
      migrate(database, migrations),
      (error) => errorCode(error) === 'refused' && /by a newer version/.test(String(error)),
    )
  })

  it('serves a database with additive migrations of a later version, and leaves it as it is', async () => {
    await using database = openAt(await migratedUrl())
    const [column, table] = ['998-remark-additive', '999-more-additive']
    await migrate(database, {
      ...migrations,
      [column]: statement('alter table sale add column remark text'),
      [table]: statement('create table more ()'),
    })
    await migrate(database, migrations)
    const done = await migrationsDone(database.kysely)
    assert.deepEqual(done.toSorted(), [...Object.keys(migrations), column, table].toSorted())
  })

  it('refuses to mix two lines of versions, each with a migration of its own', async () => {
    await using database = openAt(await migratedUrl())
    await migrate(database, { ...migrations, '998-theirs-additive': NOTHING })
    await assert.rejects(
      migrate(database, { ...migrations, '999-ours-additive': NOTHING }),
      refused,
    )
  })

  it('changes no table under a gateway that runs, unless the migration is additive', async () => {
    const url = await emptyUrl()
    await using database = openAt(url)
    const first = statement(`create table instance (number bigint, name text, lease_until bigint);
      create table sale (at_rest integer, owner bigint);
      insert into sale values (0, 60000), (0, -1), (1, -1)`)
    await migrate(database, { '1-first': first })
    const leaseOf = (ms: number) =>
      sql`insert into instance values (${ms}, ${`gateway ${ms}`},
        extract(epoch from clock_timestamp()) * 1000 + ${sql.lit(ms)})`.execute(database.kysely)
    await leaseOf(60_000)
    await leaseOf(-1)
    const next = { '1-first': first, '2-more-additive': NOTHING }
    await migrate(database, next)
    await assert.rejects(migrate(database, { ...next, '3-other': NOTHING }), (error) => {
      assert.match(String(error), /3-other .* stop all of them first \(gateway 60000\)/)
      return refused(error)
    })
    const owners = () => sql<{ owner: number }>`select owner from sale`.execute(database.kysely)
    assert.equal((await owners()).rows.filter(({ owner }) => owner !== null).length, 3)
    await sql`delete from instance where number > 0`.execute(database.kysely)
    await migrate(database, { ...next, '3-other': NOTHING })
    // One whose lease was over had only been stopped, perhaps: it has nothing left to go on with.
    assert.deepEqual((await owners()).rows, [{ owner: -1 }, { owner: null }, { owner: null }])
    assert.deepEqual((await sql`select from instance`.execute(database.kysely)).rows, [])
  })

  it('says who has to migrate to a role that may not, and needs no right where nothing is to do', async () => {
    const url = await migratedUrl()
    await using owner = openAt(url)
    await sql`create role reader login`.execute(owner.kysely)
    await sql`grant select on kysely_migration to reader`.execute(owner.kysely)
    await using database = openAt(url, 'reader')
    await migrate(database, migrations)
    const next: Migration = { up: (db) => db.schema.createTable('one').execute() }
    await assert.rejects(migrate(database, { ...migrations, '999-next': next }), (error) => {
      assert.equal(errorCode(error), 'refused')
      assert.match(String(error), /lacks 999-next, .* run gateway db migrate with the owner's URL/)
      return true
    })
    await using empty = openAt(await emptyUrl(), 'reader')
    await assert.rejects(migrate(empty, migrations), /lacks 015-whole-schema/)
  })
})

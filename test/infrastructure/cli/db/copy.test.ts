// `gateway db copy` with real files, a real server and processes that are killed.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { openPostgresDatabase } from '../../../../src/adapters/postgres/database/postgres-database.ts'
import type { Database } from '../../../../src/adapters/sql/database/database.ts'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../../src/adapters/sqlite/database/migrate.ts'
import { takeServingLock } from '../../../../src/adapters/sqlite/database/serving-lock.ts'
import { readEnd, withEnds } from '../../../../src/infrastructure/cli/db/copy-ends.ts'
import { ConfigError } from '../../../../src/infrastructure/cli/terminal/command-config.ts'
import { gatewayCommand } from '../../../../src/infrastructure/demo/gateway-process.ts'
import { settingsOf } from '../../../adapters/postgres/open-stores.ts'
import { dieAt } from '../../../crash/site/die-at.ts'
import { makeFolder, type Run, run, runGateway } from '../../../support/gateway/run-gateway.ts'
import { copyAs, fillLog, UNFINISHED } from '../../../support/log/log-to-move.ts'
import { queryOnce } from '../../../support/postgres/test-postgres.ts'
import { durablePostgres } from '../postgres/durable-postgres.ts'

/** A folder with a filled log in `gateway.db`, and a new database in a server. */
async function makePlaces() {
  const folder = await makeFolder()
  const file = (name: string) => `sqlite:${path.join(folder.path, name)}`
  await inFile(file('gateway.db'), fillLog)
  return { ...folder, file, server: await (await durablePostgres()).newDatabase() }
}

/** Works with a file as a gateway of this version has it. */
async function inFile<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase(url.slice('sqlite:'.length))
  try {
    await migrate(database, migrations)
    return await work(database)
  } finally {
    await database.close()
  }
}

/** Copies as the command does, in this process. */
function copy(from: string, to: string, givesUpEarlier = false) {
  const ends = [readEnd('from', from, undefined), readEnd('to', to, undefined)] as const
  return withEnds(...ends, (source, target) => copyAs(source, target, { givesUpEarlier }))
}

/** Runs the command in a process that kills itself at such a statement to its file of SQLite. */
async function copyAndDie(at: string, from: string, to: string, nth = 1): Promise<void> {
  const { settings } = dieAt({ when: 'before', at, nth })
  const entry = path.resolve(import.meta.dirname, '../../../crash/site/dying-gateway.ts')
  const command = gatewayCommand(['db', 'copy', from, to], entry)
  const { code, stdout, stderr } = await run(command.file, command.args, settings)
  assert.deepEqual([code, stdout, stderr], [null, '', ''], `it died at ${at}`)
}

function typesIn(rows: readonly unknown[]): readonly unknown[] {
  return rows.map((row) => (row as { readonly type: string }).type)
}

const LAST_TYPES = 'select type from event order by position desc limit 2'

function output({ stdout, stderr }: Run): string {
  return stdout + stderr
}

describe('gateway db copy', () => {
  it('moves a log to PostgreSQL and back, also where it is killed in the middle', async () => {
    await using places = await makePlaces()
    const { file, server } = places
    const [from, back] = [file('gateway.db'), file('back.db')]
    // Before a page is read, before the log ends in its file, and when all is being compared.
    await copyAndDie('from "event" where "position" >', from, server)
    await copyAndDie('insert into "event"', from, server)
    await copyAndDie('count(*) as count', from, server)
    const moved = await runGateway(['db', 'copy', from, server, '--json'], {})
    assert.equal(moved.code, 0, moved.stderr)
    const { isDone, events, rows, checkpoint } = JSON.parse(moved.stdout)
    assert.deepEqual([isDone, events, rows.sale, checkpoint.number], [false, 15, 4, 3])
    assert.deepEqual(typesIn(await queryOnce(server, LAST_TYPES)), ['LogArrived', 'LogMoved'])

    // In the middle of the events, of the rows behind them, and before the copy counts as whole.
    await copyAndDie('insert into "tree_node"', server, back)
    await copyAndDie('insert into "outbox"', server, back)
    await copyAndDie('delete from "unfinished_copy"', server, back)
    const returned = await runGateway(['db', 'copy', server, back], {})
    assert.equal(returned.code, 0, returned.stderr)
    assert.match(returned.stderr, /Events {6}17, root /)
    const types = await inFile(back, ({ kysely }) => sql.raw(LAST_TYPES).execute(kysely))
    assert.deepEqual(typesIn(types.rows), ['LogArrived', 'LogMoved'])
    const unfinished = await inFile(back, ({ kysely }) =>
      kysely.selectFrom('sale').select('sale_id').where('at_rest', '=', 0).execute(),
    )
    assert.deepEqual(unfinished, [{ sale_id: UNFINISHED }])
  })

  it('leaves nothing of which two may be served, and prints no password', async () => {
    await using places = await makePlaces()
    const { file, server } = places
    const secret = 'p4ssw0rd-of-a-test'
    const withSecret = server.replace('postgres@', `postgres:${secret}@`)
    const passwordFile = path.join(places.path, 'password')
    await writeFile(passwordFile, `${secret}\n`)
    await copyAndDie('count(*) as count', file('gateway.db'), server)
    const settings = { DATA_DIR: places.path, CRM: 'fake' }
    const both = [file('gateway.db'), server]
    const unfinished = await Promise.all(
      both.map((url) => runGateway(['keys', 'list'], { ...settings, DATABASE_URL: url })),
    )
    assert.deepEqual(
      unfinished.map(({ code }) => code),
      [2, 2],
    )
    assert.match(
      output(unfinished[0] as Run),
      /^the log of this database was moved to \S+, and .*\n$/,
    )
    assert.match(output(unfinished[1] as Run), /^this database is an unfinished copy of \S+: .*\n$/)
    const seen = await runGateway(['doctor', '--json'], { ...settings, DATABASE_URL: server })
    assert.match(output(seen), /is an unfinished copy of \S+","remedy":"Give the same/)
    const served = await runGateway(['serve'], { ...settings, DATABASE_URL: file('gateway.db') })
    assert.equal(served.code, 2)
    assert.match(output(served), /was moved to postgres:/)
    const more = ['--to-password-file', passwordFile]
    const runs = [
      await runGateway(['db', 'copy', file('gateway.db'), withSecret, ...more], {}),
      await runGateway(['db', 'copy', file('gateway.db'), server, '--json', ...more], {}),
      await runGateway(['db', 'copy', withSecret, file('gateway.db')], {}),
    ]
    assert.deepEqual(
      runs.map(({ code }) => code),
      [2, 0, 2],
    )
    for (const one of [...unfinished, ...runs]) assert.ok(!output(one).includes(secret))
    const [event] = await queryOnce(server, `select body from event where type = 'LogMoved'`)
    assert.match(String(event?.['body']), /"to":"postgres:\/\/127\.0\.0\.1:\d+\/test_\d+"/)
  })

  it('refuses what is served, what is the same, and what holds another log', async () => {
    await using places = await makePlaces()
    const { file, server } = places
    const from = file('gateway.db')
    await assert.rejects(copy(from, from), /from and to are the same database/)
    await assert.rejects(copy(file('none.db'), server), /there is no database at/)
    const lock = takeServingLock(from.slice('sqlite:'.length))
    await assert.rejects(copy(from, server), /is being served by another process\. Stop it first/)
    lock?.release()

    // Another log in the server, as it is and as one that is half copied.
    await inFile(file('other.db'), fillLog)
    await copy(file('other.db'), server)
    await assert.rejects(copy(from, server), /is in use: its table event is not empty/)
    await assert.rejects(copy(server, from), /is in use: its table event is not empty/)
    await queryOnce(server, `insert into unfinished_copy values (1, 'sqlite:x', 0)`)
    await assert.rejects(copy(from, server), /is an unfinished copy of another log/)
    await queryOnce(server, 'delete from unfinished_copy')
    await assert.rejects(copy(server, server.replace('127.0.0.1', 'localhost')), /copied already/)

    await queryOnce(server, `insert into instance (name, lease_until) values ('b', 0)`)
    await queryOnce(server, `insert into instance (name, lease_until) values ('a', 1e14)`)
    await assert.rejects(copy(server, file('back.db')), /is being served by a\. Stop it first/)
    await queryOnce(server, `delete from instance where name = 'a'`)
    await copy(server, file('back.db'))

    // It never changed the source.
    await inFile(from, async ({ kysely }) => {
      const { rows } = await sql.raw(LAST_TYPES).execute(kysely)
      assert.ok(!typesIn(rows).includes('LogMoved'))
    })
  })

  it('refuses a log that was moved elsewhere, but not where that is given up', async () => {
    await using places = await makePlaces()
    const { file, server } = places
    await copy(file('gateway.db'), file('lost.db'))
    await assert.rejects(
      copy(file('gateway.db'), server),
      /was moved to sqlite:.*--give-up-earlier/,
    )
    const { events } = await copy(file('gateway.db'), server, true)
    assert.equal(events, 16)
  })

  it('migrates the copy, or refuses one of a newer version', async () => {
    await using places = await makePlaces()
    const { file, server } = places
    const newer = file('newer.db')
    await inFile(newer, ({ kysely }) =>
      sql`insert into kysely_migration (name, timestamp) values ('999-later', '')`.execute(kysely),
    )
    await assert.rejects(copy(file('gateway.db'), newer), /written by a newer version/)
    await queryOnce(server, 'create role plain login')
    const plain = server.replace('postgres@', 'plain@')
    await assert.rejects(copy(file('gateway.db'), plain), /with the owner's URL/)
    await copy(file('gateway.db'), server)
    const database = openPostgresDatabase(settingsOf(server))
    const head = await database.kysely.selectFrom('log_head').select('size').execute()
    await database.close()
    assert.deepEqual(head, [{ size: 16 }])
  })

  it('moves no log that is damaged', async () => {
    await using places = await makePlaces()
    const { file, server } = places
    await inFile(file('gateway.db'), async ({ kysely }) => {
      await sql`drop trigger event_no_update`.execute(kysely)
      await sql`
        update event set body = replace(body, 'zoe', 'eve') where position = (
          select position from event where body like '%zoe%' limit 1
        )
      `.execute(kysely)
    })
    await assert.rejects(
      copy(file('gateway.db'), server),
      /not what it was made of: root: \S+ in sq/,
    )
    const last = await inFile(file('gateway.db'), ({ kysely }) =>
      sql.raw(LAST_TYPES).execute(kysely),
    )
    assert.ok(!typesIn(last.rows).includes('LogMoved'))
  })

  it('says what is wrong with what it is given', () => {
    for (const [url, problem] of [
      ['gateway.db', 'from: give sqlite: and a path, or postgres://user@host/name'],
      ['sqlite::memory:', 'from: a database in memory has no file'],
      ['postgres://host/name', 'from: names no user: postgres://user@host/database'],
    ] as const) {
      assert.throws(
        () => readEnd('from', url, undefined),
        (error) => error instanceof ConfigError && error.problems.join() === problem,
        url,
      )
    }
  })
})

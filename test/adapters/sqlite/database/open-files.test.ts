import assert from 'node:assert/strict'
import { copyFile, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { sql } from 'kysely'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { walBytesOf } from '../../../../src/adapters/sqlite/database/open-files.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { makeFolder } from '../open-stores.ts'

const MIB = 1024 * 1024

/** An open database with a table, what it reported as lost, and a commit into it. */
async function makePlace() {
  const folder = await makeFolder()
  const told: unknown[] = []
  const onLost = (error: unknown) => void told.push(error)
  const database = openDatabase(folder.path, { onFull: assert.fail, onLost })
  await sql`create table t (a)`.execute(database.kysely)
  const commit = () =>
    database.kysely.transaction().execute((tx) => sql`insert into t values (1)`.execute(tx))
  await commit()
  return {
    ...folder,
    ...database,
    told,
    commit,
    async [Symbol.asyncDispose]() {
      await database.close()
      await rm(folder.folder, { recursive: true, force: true })
    },
  }
}

type Place = Awaited<ReturnType<typeof makePlace>>

async function moveAway({ folder, path }: Place): Promise<void> {
  await mkdir(join(folder, 'old'))
  for (const end of ['', '-wal', '-shm']) {
    await rename(`${path}${end}`, join(folder, 'old', `gateway.db${end}`))
  }
}

// What is done, how, and which file the error names.
const DEEDS: readonly (readonly [string, (place: Place) => Promise<void>, string])[] = [
  ['was moved', moveAway, ''],
  [
    'was moved, and a copy is in its place',
    async (place) => {
      await copyFile(place.path, `${place.path}.copy`)
      await moveAway(place)
      await copyFile(`${place.path}.copy`, place.path)
    },
    '',
  ],
  ['was deleted with its folder', ({ folder }) => rm(folder, { recursive: true }), ''],
  [
    'lost its write-ahead log to another file',
    async ({ path }) => {
      await rm(`${path}-wal`)
      await writeFile(`${path}-wal`, '')
    },
    '-wal',
  ],
]

describe('A database that is in use', () => {
  for (const [what, does, end] of DEEDS) {
    it(`acknowledges no commit when it ${what}`, async () => {
      await using place = await makePlace()
      assert.equal(place.files.moved(), undefined)
      await does(place)
      const named = `${place.path}${end} was moved, replaced or deleted while it was in use`
      assert.equal(place.files.moved()?.message, named)
      await assert.rejects(place.commit(), (error) => error === place.told[0])
      assert.deepEqual(place.told.map(errorCode), ['lost'])
      assert.equal((place.told[0] as Error).message, named)
    })
  }

  it('stays where it is when a link to it is changed, or others open and close it', async () => {
    await using place = await makePlace()
    const link = join(place.folder, 'link.db')
    await symlink(place.path, link)
    const linked = openDatabase(link)
    await rm(link)
    assert.equal(linked.files.moved(), undefined)
    await linked.close()
    await place.commit()
    assert.deepEqual(place.told, [])
  })

  it('has a small write-ahead log again after another program has read for long', async () => {
    await using place = await makePlace()
    const write = () =>
      place.kysely
        .transaction()
        .execute((tx) => sql`insert into t values (zeroblob(65536))`.execute(tx))
    const reader = new SqliteDatabase(place.path)
    reader.exec('begin')
    reader.prepare('select count(*) from t').get()
    for (let writes = 0; writes < 300; writes += 1) await write()
    assert.ok(place.files.walBytes() > 16 * MIB, `${place.files.walBytes()}`)
    reader.close()
    // The first write copies the log into the database, the second starts it again.
    for (let writes = 0; writes < 2; writes += 1) await write()
    assert.ok(place.files.walBytes() <= 8 * MIB, `${place.files.walBytes()}`)
  })

  it('reports how large its write-ahead log is', async () => {
    await using place = await makePlace()
    const bytes = place.files.walBytes()
    assert.ok(bytes > 4096, `${bytes}`)
    assert.equal(walBytesOf(place.path), bytes)
    await truncate(`${place.path}-wal`, 32)
    assert.equal(place.files.walBytes(), 32)
    assert.equal(walBytesOf(join(place.folder, 'none')), 0)
  })
})

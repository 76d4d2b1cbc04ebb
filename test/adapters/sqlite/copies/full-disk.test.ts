// A copy of a database on a disk that has no room for all of it.

import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { settleCopy } from '../../../../src/adapters/sqlite/copies/settle-copy.ts'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { makeSmallDisk } from '../../../disk/small-disk.ts'
import { makeFolder, openStores } from '../open-stores.ts'

const DISK_BYTES = 8 * 1024 * 1024
const ROW_BYTES = 1024 * 1024

const isUnavailable = (error: unknown) => errorCode(error) === 'unavailable'

describe('A copy on a full disk', () => {
  it('is not taken for whole while a part of it is in its write-ahead log only', async (t) => {
    await using disk = await makeSmallDisk(DISK_BYTES)
    if (disk === undefined) return t.skip('no file system of its own can be mounted')
    const file = path.join(disk.folder, 'copy.db')
    const open = new SqliteDatabase(file)
    try {
      open.pragma('journal_mode = WAL')
      open.pragma('wal_autocheckpoint = 0')
      open.exec(`create table row (text); insert into row values (zeroblob(${ROW_BYTES}))`)
      disk.fill()
      await assert.rejects(settleCopy(file), isUnavailable)
      disk.free()
      await settleCopy(file)
      assert.equal(statSync(`${file}-wal`).size, 0)
      assert.ok(statSync(file).size > ROW_BYTES)
    } finally {
      open.close()
    }
  })

  it('is not called damaged where there is no room to open it', async (t) => {
    await using disk = await makeSmallDisk(DISK_BYTES)
    if (disk === undefined) return t.skip('no file system of its own can be mounted')
    await using folder = await makeFolder()
    await (await openStores(folder.path))[Symbol.asyncDispose]()
    const file = path.join(disk.folder, 'copy.db')
    await copyFile(folder.path, file)
    disk.fill()
    assert.throws(() => openDatabase(file), isUnavailable)
  })
})

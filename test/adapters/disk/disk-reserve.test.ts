import assert from 'node:assert/strict'
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeDiskReserve } from '../../../src/adapters/disk/disk-reserve.ts'
import { errorCode } from '../../../src/application/base/errors.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'

const BYTES = 3 * 1024 * 1024

async function makePlace() {
  const folder = await makeFolder()
  const database = path.join(folder.path, 'gateway.db')
  await writeFile(database, '')
  return { ...folder, database, file: `${database}-reserve` }
}

describe('The reserve on the disk', () => {
  it('takes real room beside the database, for its owner only', async () => {
    await using place = await makePlace()
    const reserve = makeDiskReserve(place.database)
    assert.equal(reserve.isWhole(BYTES), false)
    await reserve.make(BYTES)
    assert.equal(reserve.isWhole(BYTES), true)
    const { size, blocks, mode } = await stat(place.file)
    assert.equal(size, BYTES)
    assert.ok(blocks * 512 >= BYTES, 'a hole is no room')
    assert.equal(mode & 0o777, 0o600)
  })

  it('is not whole when it is a hole, or was not written to its end', async () => {
    await using place = await makePlace()
    const reserve = makeDiskReserve(place.database)
    await writeFile(place.file, '')
    await truncate(place.file, BYTES)
    assert.equal(reserve.isWhole(BYTES), false)
    await reserve.make(BYTES)
    await truncate(place.file, BYTES - 1)
    assert.equal(reserve.isWhole(BYTES), false)
  })

  it('grows and shrinks without giving up what is there', async () => {
    await using place = await makePlace()
    const reserve = makeDiskReserve(place.database)
    assert.equal(reserve.sizeBytes(), 0)
    await reserve.make(BYTES)
    const { ino } = await stat(place.file)
    const first = await readFile(place.file)
    await reserve.make(2 * BYTES)
    assert.equal(reserve.sizeBytes(), 2 * BYTES)
    assert.equal(reserve.isWhole(BYTES), false)
    assert.ok(first.equals((await readFile(place.file)).subarray(0, BYTES)))
    await reserve.make(BYTES)
    assert.equal(reserve.isWhole(BYTES), true)
    const { ino: inoNow, blocks } = await stat(place.file)
    assert.equal(inoNow, ino)
    assert.ok(blocks * 512 < 2 * BYTES)
  })

  it('gives its room back at once, however often', async () => {
    await using place = await makePlace()
    const reserve = makeDiskReserve(place.database)
    await reserve.make(BYTES)
    reserve.letGo()
    reserve.letGo()
    assert.deepEqual(await readdir(place.path), ['gateway.db'])
    await reserve.make(BYTES)
    assert.equal(reserve.isWhole(BYTES), true)
  })

  it('is gone when it is let go while it is made', async () => {
    await using place = await makePlace()
    const reserve = makeDiskReserve(place.database)
    const making = reserve.make(BYTES)
    reserve.letGo()
    await making
    assert.equal(reserve.isWhole(BYTES), false)
    assert.deepEqual(await readdir(place.path), ['gateway.db'])
  })

  it('reports that it cannot be made, and how much is free', async () => {
    await using place = await makePlace()
    assert.ok(((await makeDiskReserve(place.database).freeBytes()) ?? 0) > 0)
    const nowhere = makeDiskReserve(path.join(place.path, 'gone', 'gateway.db'))
    await assert.rejects(nowhere.make(BYTES), (error) => errorCode(error) === 'unavailable')
    assert.equal(await nowhere.freeBytes(), undefined)
    nowhere.letGo()
  })
})

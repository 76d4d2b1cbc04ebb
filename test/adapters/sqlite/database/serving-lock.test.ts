import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { takeServingLock } from '../../../../src/adapters/sqlite/database/serving-lock.ts'
import { makeFolder } from '../open-stores.ts'
import { startChild } from './start-child.ts'

describe('takeServingLock', () => {
  it('refuses a second process while the first lives, and none once it is killed', async () => {
    await using folder = await makeFolder()
    await using first = await startChild('serve', folder.path)
    await using second = await startChild('serve', folder.path)
    await using third = await startChild('serve', folder.path)
    assert.equal(await first.go(), 'serves')
    assert.equal(await second.go(), 'refused')
    await first.kill()
    assert.equal(await third.go(), 'serves')
    assert.equal(takeServingLock(folder.path), undefined)
  })

  it('lets exactly one of several serve that start at the same moment', async () => {
    await using folder = await makeFolder()
    await using a = await startChild('serve', folder.path)
    await using b = await startChild('serve', folder.path)
    await using c = await startChild('serve', folder.path)
    const answers = await Promise.all([a, b, c].map((child) => child.go()))
    assert.deepEqual(answers.toSorted(), ['refused', 'refused', 'serves'])
  })

  it('waits a moment for a process that is about to end', async () => {
    await using folder = await makeFolder()
    await using first = await startChild('serve briefly', folder.path)
    assert.equal(await first.go(), 'serves')
    const lock = takeServingLock(folder.path)
    assert.ok(lock !== undefined)
    lock.release()
  })

  it('is taken once within a process, and again after its release', async () => {
    await using folder = await makeFolder()
    const lock = takeServingLock(folder.path)
    assert.ok(lock !== undefined)
    assert.equal(takeServingLock(folder.path), undefined)
    lock.release()
    const again = takeServingLock(folder.path)
    assert.ok(again !== undefined)
    again.release()
  })

  it('takes two names of one database for one', async () => {
    await using folder = await makeFolder()
    const lock = takeServingLock(folder.path)
    const alias = join(folder.folder, 'alias.db')
    await symlink(folder.path, alias)
    assert.equal(takeServingLock(alias), undefined)
    lock?.release()
  })

  it('needs no lock for a database in memory', () => {
    assert.ok(takeServingLock(':memory:') !== undefined)
    assert.ok(takeServingLock(':memory:') !== undefined)
  })
})

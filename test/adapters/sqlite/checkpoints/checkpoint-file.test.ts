import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import {
  openCheckpointFile,
  readCheckpointFile,
} from '../../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { makeSignedCheckpoint } from '../../../../src/domain/log/checkpoint.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import { signer } from '../../../support/log/audit-log.ts'
import { makeFolder } from '../open-stores.ts'

const root = Buffer.alloc(32, 1)
const checkpointOf = (number: number) =>
  makeSignedCheckpoint(signer, { number, size: number, root, at: now, reason: 'hour' })

describe('The file of the newest checkpoint', () => {
  it('is empty at first, and then has the last that took the place of the one before', async () => {
    await using folder = await makeFolder()
    assert.equal(await readCheckpointFile(folder.path), undefined)
    const file = openCheckpointFile(folder.path)
    assert.equal(await file.newest(), undefined)
    assert.equal(await file.replace(0, checkpointOf(1)), true)
    assert.equal(await file.replace(1, checkpointOf(2)), true)
    assert.equal((await file.newest())?.note, checkpointOf(2).note)
    file.close()
    assert.equal((await readCheckpointFile(folder.path))?.note, checkpointOf(2).note)
  })

  it('lets one of two processes replace a checkpoint, and not the other', async () => {
    await using folder = await makeFolder()
    const [one, other] = [openCheckpointFile(folder.path), openCheckpointFile(folder.path)]
    assert.equal(await one.replace(0, checkpointOf(1)), true)
    assert.equal(await other.replace(0, checkpointOf(1)), false)
    assert.equal(await other.replace(1, checkpointOf(2)), true)
    assert.equal(await one.replace(1, checkpointOf(3)), false)
    assert.equal((await one.newest())?.number, 2)
    one.close()
    other.close()
  })

  it('is replaced when another program lets its lock go, and nothing stands still until then', async () => {
    await using folder = await makeFolder()
    let pauses = 0
    const file = openCheckpointFile(folder.path, async () => {
      pauses += 1
      if (pauses === 3) other.exec('rollback')
    })
    const other = new SqliteDatabase(folder.path)
    other.exec('begin exclusive')
    assert.equal(await file.replace(0, checkpointOf(1)), true)
    assert.equal(pauses, 3)
    other.close()
    file.close()
  })

  it('is not read where it holds something else', async () => {
    await using folder = await makeFolder()
    await writeFile(folder.path, 'no database at all, but some text')
    assert.throws(() => openCheckpointFile(folder.path), isCode('unavailable'))
    await assert.rejects(readCheckpointFile(folder.path), isCode('unavailable'))
    await using second = await makeFolder()
    const file = openCheckpointFile(second.path)
    await file.replace(0, { ...checkpointOf(1), note: 'x' })
    await assert.rejects(file.newest(), isCode('unreadable'))
    file.close()
  })
})

function isCode(code: string): (error: unknown) => boolean {
  return (error) => errorCode(error) === code
}

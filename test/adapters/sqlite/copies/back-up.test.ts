import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { makeSqlCopiedSales } from '../../../../src/adapters/sql/sale/sql-copied-sales.ts'
import { makeSqlResumeRequests } from '../../../../src/adapters/sql/sale/sql-resume-requests.ts'
import { backUp } from '../../../../src/adapters/sqlite/copies/back-up.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import type { SaleId } from '../../../../src/domain/ids.ts'
import { poison } from '../../../support/examples/poison.ts'
import { now, priced, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { makeFolder, openStores } from '../open-stores.ts'

type Folder = Awaited<ReturnType<typeof makeFolder>>

const [first, second, third] = [a.saleIdOf(1), a.saleIdOf(2), a.saleIdOf(3)] as const

async function open(path: string) {
  const stores = await openStores(path)
  const { database } = stores
  const copied = makeSqlCopiedSales(database)
  const requests = makeSqlResumeRequests(database)
  return { ...stores, copied, requests }
}

/** Whether each of these sales began before the copy was made; oldest first. */
async function copiedOf({ sales }: a.Stores, saleIds: readonly SaleId[]) {
  return (await sales.loadMany(saleIds)).loaded.map(({ isCopied }) => isCopied)
}

function copyTo(folder: Folder, name: string, path = folder.path) {
  const file = `${folder.folder}/${name}`
  return backUp({ path, file, suffix: name, migrations, madeAt: now }).then((backup) => ({
    ...backup,
    file,
  }))
}

const isRefused = (error: unknown) => errorCode(error) === 'refused'

describe('A backup', () => {
  it('has all that the log had, is for its owner only, and is marked', async () => {
    await using folder = await makeFolder()
    await using stores = await open(folder.path)
    await stores.sales.begin(a.firstOf(first), a.claim, now)
    await stores.sales.append(a.appendOf(first, [requested], [priced], [a.mailOf(first)]))
    const { file, position, bytes } = await copyTo(folder, 'copy.db')
    assert.equal(position, 2)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.equal((await stat(file)).size, bytes)
    await using copy = await open(file)
    assert.deepEqual(await copy.saleReader.events(0, 9), await stores.saleReader.events(0, 9))
    assert.equal((await copy.sales.findClaim(a.claim, now))?.saleId, first)
    assert.equal((await copy.outbox.due(now, 9)).length, 1)
    assert.deepEqual(await copy.copied.held(), [first])
    assert.deepEqual(await copiedOf(copy, [first]), [true])
    assert.deepEqual(await stores.copied.held(), [])
    assert.deepEqual(await copiedOf(stores, [first]), [false])
    assert.deepEqual([await copy.copied.isCopy(), await stores.copied.isCopy()], [true, false])
  })

  it('of an empty database holds nothing', async () => {
    await using folder = await makeFolder()
    await using stores = await open(folder.path)
    const { file, position } = await copyTo(folder, 'copy.db')
    assert.equal(position, 0)
    await using copy = await open(file)
    await copy.sales.begin(a.firstOf(first), undefined, now)
    assert.deepEqual(await copy.copied.held(), [])
    assert.deepEqual(await stores.saleReader.events(0, 9), [])
  })

  it('refuses a file that is there, and leaves it as it is', async () => {
    await using folder = await makeFolder()
    await using _stores = await open(folder.path)
    await writeFile(`${folder.folder}/copy.db`, 'mine')
    await assert.rejects(copyTo(folder, 'copy.db'), isRefused)
    assert.equal((await stat(`${folder.folder}/copy.db`)).size, 4)
  })

  it('refuses a folder, or a database, that is not there, and makes neither', async () => {
    await using folder = await makeFolder()
    await assert.rejects(copyTo(folder, 'copy.db'), isRefused)
    await using _stores = await open(folder.path)
    await assert.rejects(copyTo(folder, 'nowhere/copy.db'), isRefused)
    assert.ok(!existsSync(`${folder.folder}/nowhere`))
    assert.ok(!existsSync(`${folder.folder}/copy.db`))
  })

  it('of a damaged database is refused, and leaves nothing', async () => {
    await using folder = await makeFolder()
    {
      await using stores = await open(folder.path)
      for (let number = 1; number <= 200; number += 1) {
        await stores.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)
      }
    }
    const before = await readdir(folder.folder)
    await spoil(folder.path)
    await assert.rejects(copyTo(folder, 'copy.db'), (error) => errorCode(error) !== undefined)
    assert.deepEqual(
      (await readdir(folder.folder)).filter((name) => name.startsWith('copy')),
      [],
    )
    assert.ok(before.length > 0)
  })

  it('takes an event that cannot be read as it is', async () => {
    await using folder = await makeFolder()
    await using stores = await open(folder.path)
    await stores.sales.begin(a.firstOf(first), undefined, now)
    await stores.sales.append(a.appendOf(first, [requested], [priced]))
    poison(folder.path, first, 'broken JSON')
    const { file, position } = await copyTo(folder, 'copy.db')
    assert.equal(position, 2)
    await using copy = await open(file)
    assert.deepEqual(await copy.saleReader.events(0, 9), await stores.saleReader.events(0, 9))
  })
})

/** Writes over every other page but the first ones, where the schema is. */
async function spoil(path: string): Promise<void> {
  const { size } = await stat(path)
  const { open: openFile } = await import('node:fs/promises')
  const handle = await openFile(path, 'r+')
  const page = 4096
  for (let at = page * 20; at < size; at += 2 * page) {
    await handle.write(Buffer.alloc(page, 0x5a), 0, page, at)
  }
  await handle.close()
}

describe('A restored copy', () => {
  it('holds the sales that were unfinished, and neither those that had ended nor those that began since', async () => {
    await using folder = await makeFolder()
    await using stores = await open(folder.path)
    await stores.sales.begin(a.firstOf(first), undefined, now)
    await stores.sales.append(a.appendOf(first, [requested], [a.failed, ...a.rolledBack]))
    await stores.sales.begin(a.firstOf(second), undefined, now)
    const { file } = await copyTo(folder, 'copy.db')
    await using copy = await open(file)
    await copy.sales.begin(a.firstOf(third), undefined, now)
    assert.deepEqual(await copy.copied.held(), [second])
    assert.deepEqual(await copiedOf(copy, [first, second, third]), [true, true, false])
  })

  it('releases a sale that an operator asks for, and no other', async () => {
    await using folder = await makeFolder()
    await using stores = await open(folder.path)
    for (const id of [first, second]) await stores.sales.begin(a.firstOf(id), undefined, now)
    // That was asked of the database it was copied from.
    await a.askToResume(stores, second, now)
    const { file } = await copyTo(folder, 'copy.db')
    await using copy = await open(file)
    assert.deepEqual(await copy.copied.held(), [first, second])
    await a.askToResume(copy, first, now)
    assert.deepEqual(await copy.copied.held(), [second])
    assert.deepEqual(await stores.copied.held(), [])
  })

  it('that is copied again holds all unfinished sales, also one that was asked for in between', async () => {
    await using folder = await makeFolder()
    await using stores = await open(folder.path)
    for (const id of [first, second]) await stores.sales.begin(a.firstOf(id), undefined, now)
    const one = await copyTo(folder, 'one.db')
    await using copy = await open(one.file)
    await a.askToResume(copy, first, now)
    await copy.sales.begin(a.firstOf(third), undefined, now)
    const two = await copyTo(folder, 'two.db', one.file)
    await using again = await open(two.file)
    assert.deepEqual(await again.copied.held(), [first, second, third])
    // The copy that was copied is what it was.
    assert.deepEqual(await copy.copied.held(), [second])
  })
})

describe('Requests to resume', () => {
  it('are read in order from a position, page by page', async () => {
    await using folder = await makeFolder()
    await using stores = await open(folder.path)
    assert.equal(await stores.requests.position(), 0)
    const positions: number[] = []
    for (const id of [second, first, second]) {
      positions.push(await a.askToResume(stores, id, now))
    }
    assert.deepEqual(positions, [1, 2, 3])
    assert.equal(await stores.requests.position(), 3)
    assert.deepEqual(await stores.requests.after(0, 2), [
      { position: 1, saleId: second },
      { position: 2, saleId: first },
    ])
    assert.deepEqual(await stores.requests.after(2, 2), [{ position: 3, saleId: second }])
    assert.deepEqual(await stores.requests.after(3, 2), [])
  })
})

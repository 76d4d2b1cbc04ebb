// The real process, while other programs move, replace, delete and lock its files.
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { makeClient } from '../../../src/infrastructure/demo/client.ts'
import { launchGateway } from '../../../src/infrastructure/demo/gateway-process.ts'
import { SALE, SUCCESS } from '../../support/gateway/http-requests.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'

/** A gateway with a sale, and with a copy of its database beside its folder. */
async function startPlace() {
  const folder = await makeFolder()
  const data = path.join(folder.path, 'data')
  const file = path.join(data, 'gateway.db')
  const settings = { PORT: '0', DATA_DIR: data, LOG_LEVEL: 'warn' }
  let stderr = ''
  const onStderr = (text: string) => {
    stderr += text
  }
  const gateway = await launchGateway(settings, { onStderr }).ready
  const key = /^export KEY=(\S+)/m.exec(gateway.lines.join('\n'))?.[1] ?? ''
  const client = makeClient(gateway.url, key)
  assert.equal((await client.sell(SALE, 'first'))?.text, SUCCESS)
  const copy = path.join(folder.path, 'copy.db')
  assert.equal((await runGateway(['db', 'backup', copy], settings)).code, 0)
  return {
    ...{ folder: folder.path, data, file, copy, gateway, client },
    stderr: () => stderr,
    async [Symbol.asyncDispose]() {
      await gateway.kill()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe('A gateway whose database is no longer in its place', () => {
  it('acknowledges no sale into a file that was moved, names it and exits with 1', async () => {
    await using place = await startPlace()
    const { folder, file, copy, gateway, client } = place
    const old = path.join(folder, 'old')
    mkdirSync(old)
    for (const end of ['', '-wal', '-shm']) {
      renameSync(`${file}${end}`, path.join(old, `gateway.db${end}`))
    }
    copyFileSync(copy, file)
    assert.notEqual((await client.sell(SALE, 'second'))?.status, 200)
    assert.equal(await gateway.ended, 1)
    assert.ok(place.stderr().includes(`${file} was moved, replaced or deleted`), place.stderr())
    assert.doesNotMatch(place.stderr(), /disk is full/)
  })

  it('exits with 1 when its folder is deleted, also where nobody asks for a sale', async () => {
    await using place = await startPlace()
    rmSync(place.data, { recursive: true })
    assert.equal(await place.gateway.ended, 1)
    assert.ok(place.stderr().includes(`${place.file} was moved, replaced or deleted`))
    assert.doesNotMatch(place.stderr(), /disk is full/)
  })
})

describe('A gateway whose database another program locks', () => {
  it('answers what only reads, and the sale when the lock is gone', async () => {
    await using place = await startPlace()
    const { file, gateway, client } = place
    // The first look of a day is recorded, so that it would wait for the lock.
    assert.equal((await client.get('/sales')).status, 200)
    const other = new SqliteDatabase(file)
    other.exec('begin immediate')
    let isAnswered = false
    const selling = client.sell(SALE, 'second').then((answer) => {
      isAnswered = true
      return answer
    })
    // So many rounds take a while, in which the sale meets the lock again and again.
    for (let round = 0; round < 20; round += 1) {
      assert.equal((await client.get('/livez')).status, 200)
      assert.equal((await client.get('/sales')).status, 200)
    }
    assert.equal(isAnswered, false)
    other.exec('rollback')
    other.close()
    assert.equal((await selling)?.text, SUCCESS)
    assert.equal(await gateway.stop(), 0)
  })
})

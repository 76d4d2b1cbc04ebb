// Shows that the PostgreSQL of the tests can be relied on: its databases are new, and it ends with its test process.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  queryOnce,
  sharedPostgres,
  startPostgres,
} from '../../../support/postgres/test-postgres.ts'
import { until } from '../../../support/time/until.ts'

const DOOMED = fileURLToPath(new URL('./doomed.ts', import.meta.url))

describe('The PostgreSQL of a test process', () => {
  it('is of version 18 and gives each test a database of its own', async () => {
    const postgres = await sharedPostgres()
    const [first, second] = await Promise.all([postgres.newDatabase(), postgres.newDatabase()])
    await queryOnce(first, 'create table a (b int)')
    await assert.rejects(queryOnce(second, 'select b from a'), { code: '42P01' })
    const [row] = await queryOnce(first, 'show server_version')
    assert.match(String(row?.['server_version']), /^18\./)
  })

  it('copies a template that is filled once', async () => {
    const postgres = await sharedPostgres()
    let fills = 0
    const template = () =>
      postgres.template('filled', async (url) => {
        fills += 1
        await queryOnce(url, 'create table a as select 7 as b')
      })
    const names = await Promise.all([template(), template()])
    const urls = [await postgres.newDatabase(names[0]), await postgres.newDatabase(names[1])]
    await queryOnce(String(urls[0]), 'delete from a')
    assert.deepEqual(await queryOnce(String(urls[1]), 'select b from a'), [{ b: 7 }])
    assert.equal(fills, 1)
  })

  it('keeps what was committed when it is killed, restarted, or ended and started', async () => {
    const postgres = await startPostgres({ fsync: 'on' })
    const url = await postgres.newDatabase()
    assert.deepEqual(await queryOnce(url, 'show fsync'), [{ fsync: 'on' }])
    await queryOnce(url, 'create table a as select 1 as b')
    await postgres.kill()
    await assert.rejects(queryOnce(url, 'select 1'), { code: 'ECONNREFUSED' })
    await postgres.start()
    await postgres.restart()
    assert.deepEqual(await queryOnce(url, 'select b from a'), [{ b: 1 }])
    await postgres.stop()
    await assert.rejects(queryOnce(url, 'select 1'), { code: 'ECONNREFUSED' })
  })

  it('ends when the test process is killed', async () => {
    const permissions = 'Deno' in globalThis ? ['run', '--allow-all'] : []
    const child = spawn(process.execPath, [...permissions, DOOMED], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const [said] = await once(child.stdout, 'data')
    assert.equal((await queryOnce(String(said), 'select 1')).length, 1)
    child.kill('SIGKILL')
    await until('the server is gone', () =>
      queryOnce(String(said), 'select 1').then(
        () => false,
        ({ code }) => code === 'ECONNREFUSED',
      ),
    )
  })
})

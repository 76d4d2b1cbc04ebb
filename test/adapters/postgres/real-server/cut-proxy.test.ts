// Shows that the network of the tests fails exactly where a test says.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Client } from 'pg'
import { type Cut, openCutProxy } from '../../../support/postgres/cut-proxy.ts'
import { queryOnce, sharedPostgres } from '../../../support/postgres/test-postgres.ts'
import { until } from '../../../support/time/until.ts'

/** A database with an empty table, and a client of it behind a proxy. */
async function setUp() {
  const direct = await (await sharedPostgres()).newDatabase()
  await queryOnce(direct, 'create table a (b int)')
  const proxy = await openCutProxy(direct)
  const client = new Client(proxy.url(direct))
  // A connection that is cut says so here as well as to the query.
  client.on('error', () => undefined)
  await client.connect()
  const countRows = async () => (await queryOnce(direct, 'select b from a')).length
  return {
    direct,
    proxy,
    client,
    countRows,
    // In a test that fails, too: an open connection would keep the process.
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  }
}

describe('The network of a test', () => {
  it('carries what nobody cuts', async () => {
    await using network = await setUp()
    const { client, countRows } = network
    await client.query('insert into a values (1)')
    assert.equal(await countRows(), 1)
    await client.end()
  })

  for (const [cut, rows] of [
    ['before the server has it', 0],
    ['after the server has answered', 1],
  ] as const satisfies readonly (readonly [Cut, number])[]) {
    it(`cuts a commit ${cut}`, async () => {
      await using network = await setUp()
      const { proxy, client, countRows } = network
      await client.query('begin')
      await client.query('insert into a values (1)')
      proxy.cutAt('commit', cut)
      await assert.rejects(client.query('COMMIT'))
      assert.equal(await countRows(), rows)
    })
  }

  it('cuts all, refuses, and accepts again', async () => {
    await using network = await setUp()
    const { direct, proxy, client } = network
    proxy.refuse()
    proxy.cut()
    await assert.rejects(client.query('select 1'))
    await assert.rejects(queryOnce(proxy.url(direct), 'select 1'))
    proxy.accept()
    assert.equal((await queryOnce(proxy.url(direct), 'select 1')).length, 1)
  })

  it('holds everything while it is frozen', async () => {
    await using network = await setUp()
    const { proxy, client, countRows } = network
    proxy.freeze()
    let hasAnswer = false
    const answered = client.query('insert into a values (1)').then(() => {
      hasAnswer = true
    })
    assert.equal(await countRows(), 0)
    assert.equal(hasAnswer, false)
    proxy.thaw()
    await answered
    await until('the row is there', async () => (await countRows()) === 1)
    await client.end()
  })
})

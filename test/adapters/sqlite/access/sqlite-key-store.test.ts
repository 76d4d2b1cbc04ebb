import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { digestOf } from '../../../../src/adapters/sql/database/digest.ts'
import { countStatements } from '../../../support/counted-statements.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { openStores } from '../open-stores.ts'

const KEY_OF_0_1_0 = `plg_${'aZ09_-x'.repeat(6)}k`
const newKey = { client: 'shop', scopes: ['admin'], createdAt: now, expiresAt: null } as const

describe('The keys in SQLite', () => {
  it('are not read for a text that can be no key, and are for one that may be', async () => {
    using counted = countStatements()
    await using stores = await openStores()
    const { key } = await stores.keys.create(newKey, a.operator)
    const [last] = key.slice(-1)
    const wrong = key.slice(0, -1) + (last === 'x' ? 'y' : 'x')
    await stores.keys.find(key)
    counted.reset()
    for (const no of ['', 'x', wrong, key.toUpperCase(), `${key}x`, 'k'.repeat(16_000)]) {
      assert.equal(await stores.keys.find(no), undefined)
    }
    assert.deepEqual(counted.run, [])
    await stores.keys.find(KEY_OF_0_1_0)
    assert.equal(counted.run.length, 1)
  })

  it('of version 0.1.0 are still good', async () => {
    await using stores = await openStores()
    const { id } = await stores.keys.create(newKey, a.operator)
    const digest = digestOf(KEY_OF_0_1_0)
    await sql`update api_key set digest = ${digest} where id = ${id}`.execute(
      stores.database.kysely,
    )
    assert.equal((await stores.keys.find(KEY_OF_0_1_0))?.id, id)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../../../src/adapters/sql/database/database.ts'
import { digestOf } from '../../../../src/adapters/sql/database/digest.ts'
import {
  prepareLookUp,
  prepareQuery,
  prepareRows,
} from '../../../../src/adapters/sql/database/prepared-query.ts'
import type { ApiKeyTable } from '../../../../src/adapters/sql/database/schema.ts'
import { countStatements } from '../../../support/counted-statements.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { openStores } from '../open-stores.ts'

/** Rows and keys of one call: beyond two of the largest statements, through every remainder. */
const COUNT_MAX = 150

const COLUMNS = [
  'id',
  'client',
  'scopes',
  'digest',
  'created_at',
  'expires_at',
  'revoked_at',
  'last_used_at',
] as const

/** Members in another order than the columns, and `null` in some. */
function rowOf(number: number): ApiKeyTable {
  return {
    expires_at: number % 2 === 0 ? null : a.later(number),
    digest: digestOf(`key ${number}`),
    created_at: a.later(-number),
    client: `client ${number}`,
    revoked_at: null,
    last_used_at: null,
    scopes: '[]',
    id: `id ${number}`,
  }
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, number) => rowOf(number))

function storedRows({ kysely }: Database): Promise<readonly ApiKeyTable[]> {
  return kysely.selectFrom('api_key').selectAll().orderBy(sql`rowid`).execute()
}

describe('A query that is built once', () => {
  it('binds each value by its name, wherever it stands in the query, and as often', async () => {
    await using stores = await openStores()
    const { kysely } = stores.database
    const query = prepareQuery(
      kysely,
      (db, given: { readonly low: string; readonly high: string }) =>
        db.selectNoFrom(({ val }) => [
          val(given.high).as('first'),
          val('between').as('fixed'),
          val(given.low).as('second'),
          val(given.high).as('third'),
        ]),
    )
    for (const [low, high] of [
      ['a', 'b'],
      ['y', 'z'],
    ] as const) {
      const { rows } = await query(kysely, { low, high })
      assert.deepEqual(rows, [{ first: high, fixed: 'between', second: low, third: high }])
    }
  })

  it('refuses a call without one of its values', async () => {
    await using stores = await openStores()
    const { kysely } = stores.database
    const query = prepareQuery(kysely, (db, { id }: { readonly id?: string }) =>
      db
        .selectFrom('api_key')
        .select('client')
        .where('id', '=', id ?? ''),
    )
    await assert.rejects(query(kysely, {}), /no value for id/)
  })
})

describe('A statement for many rows', () => {
  it(`writes any number of rows up to ${COUNT_MAX} in their order, each value in its column`, async () => {
    await using stores = await openStores()
    const { kysely } = stores.database
    const write = prepareRows(kysely, { table: 'api_key', columns: COLUMNS }, undefined)
    for (let count = 0; count <= COUNT_MAX; count += 1) {
      await write(kysely, rowsOf(count))
      assert.deepEqual(await storedRows(stores.database), rowsOf(count))
      await kysely.deleteFrom('api_key').execute()
    }
  })

  it('is four statements, whatever the number of rows', async () => {
    using counted = countStatements()
    await using stores = await openStores()
    const { kysely } = stores.database
    const write = prepareRows(kysely, { table: 'api_key', columns: COLUMNS }, undefined)
    counted.reset()
    await write(kysely, rowsOf(COUNT_MAX))
    // 64 + 64 + 16 + 4 + 1 + 1
    assert.equal(counted.run.length, 6)
    assert.equal(counted.prepared.length, 4)
  })
})

describe('A look-up of many keys', () => {
  it(`finds any number of keys up to ${COUNT_MAX}, in three statements, and no others`, async () => {
    using counted = countStatements()
    await using stores = await openStores()
    const { kysely } = stores.database
    const all = rowsOf(COUNT_MAX + 1)
    for (const row of all) await kysely.insertInto('api_key').values(row).execute()
    const find = prepareLookUp(kysely, (db, ids: readonly string[]) =>
      db.selectFrom('api_key').select('id').where('id', 'in', ids),
    )
    counted.reset()
    for (let count = 0; count <= COUNT_MAX; count += 1) {
      const ids = all.slice(0, count).map(({ id }) => id)
      const found = await find(kysely, [...ids, 'unknown'])
      assert.deepEqual(found.map(({ id }) => id).toSorted(), ids.toSorted())
      assert.deepEqual((await find(kysely, ids)).length, count)
    }
    assert.equal(counted.prepared.length, 3)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { at, openSession } from '../support.ts'

describe('COQL as records are paged through', () => {
  // Deals by id: some with a reference, their ids of different lengths
  const DEALS = [
    ['9', 'a'],
    ['80', null],
    ['700', 'b'],
    ['6000000000000000001', 'c'],
  ] as const

  async function ids(where: string): Promise<readonly unknown[] | number> {
    const session = await openSession()
    for (const [id, text] of DEALS) {
      session.fake.records.add('Deals', { id, Gateway_Reference: text })
    }
    const { status, body } = await session.query(`select id from Deals where ${where}`)
    const data = at(body, 'data')
    return Array.isArray(data) ? data.map((row) => at(row, 'id')) : status
  }

  const QUERIES: readonly (readonly [string, readonly string[] | number])[] = [
    ['Gateway_Reference is not null', ['9', '700', '6000000000000000001']],
    ["id > '80'", ['700', '6000000000000000001']],
    ["id > '6000000000000000000'", ['6000000000000000001']],
    ["id > '6000000000000000001'", 204],
    ["Gateway_Reference is not null and id > '9' order by id limit 1", ['700']],
    ['id is not null order by id desc limit 2', ['6000000000000000001', '700']],
    ["Gateway_Reference > '1'", 400],
    ['Gateway_Reference is null', 400],
    ['id is', 400],
    ['id is not', 400],
    ['id is not 1', 400],
    ['id >', 400],
    ['id > 80', 400],
    ["id >= '1'", 400],
    ['Shoe_Size is not null', 400],
  ]
  for (const [where, found] of QUERIES) {
    it(`finds ${JSON.stringify(found)} where ${where}`, async () => {
      assert.deepEqual(await ids(where), found)
    })
  }
})

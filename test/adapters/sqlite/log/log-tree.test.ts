import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { growTree } from '../../../../src/adapters/sql/log/rows/grow-tree.ts'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../../src/adapters/sqlite/database/migrate.ts'
import { hexOf } from '../../../../src/domain/log/hash.ts'
import { now, priced, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { assertTreeIsThatOfTheEvents } from '../../../support/log/assert-tree.ts'
import { findingsOf } from '../../../support/log/audit-log.ts'
import { readable } from '../../../support/log/readable.ts'
import { makeFolder, openStores } from '../open-stores.ts'

/** Three sales with two events each, one after the other. */
async function openSix() {
  const stores = await openStores()
  for (const number of [1, 2, 3]) {
    const saleId = a.saleIdOf(number)
    await stores.sales.begin(a.firstOf(saleId), undefined, now)
    await stores.sales.append(a.appendOf(saleId, [requested], [priced]))
  }
  return stores
}

describe('The tables of the tree and of the checkpoints', () => {
  const hash = Buffer.alloc(32)
  const note = sql`values (2, 1, 1, 'x')`
  // what is tried, the statement, what SQLite says
  const REFUSED: readonly (readonly [string, RawBuilder<unknown>, RegExp])[] = [
    ['an update of a node', sql`update tree_node set hash = ${hash}`, /append only/],
    ['a delete of a node', sql`delete from tree_node where place = 9`, /append only/],
    ['a replaced node', sql`insert or replace into tree_node values (9, ${hash})`, /not the next/],
    [
      'an upserted node',
      sql`insert into tree_node values (9, ${hash})
        on conflict do update set hash = excluded.hash`,
      /not the next/,
    ],
    ['a gap in the nodes', sql`insert into tree_node values (11, ${hash})`, /not the next/],
    ['a node that is no hash', sql`insert into tree_node values (10, ${Buffer.of(1)})`, /CHECK/],
    ['an update of a checkpoint', sql`update checkpoint set note = 'y'`, /append only/],
    ['a delete of a checkpoint', sql`delete from checkpoint`, /append only/],
    ['a replaced checkpoint', sql`insert or replace into checkpoint ${note}`, /not the next/],
    [
      'an upserted checkpoint',
      sql`insert into checkpoint ${note} on conflict do update set note = 'y'`,
      /not the next/,
    ],
    ['an older checkpoint', sql`insert into checkpoint values (1, 1, 1, 'x')`, /not the next/],
    [
      'a checkpoint without number',
      sql`insert into checkpoint values (null, 1, 1, 'x')`,
      /not the next/,
    ],
  ]
  for (const [name, statement, message] of REFUSED) {
    it(`refuse ${name} through the connection of the service`, async () => {
      await using stores = await openSix()
      const { kysely } = stores.database
      await sql`insert into checkpoint values (2, 6, 1, 'x')`.execute(kysely)
      await assert.rejects(statement.execute(kysely), message)
      await assertTreeIsThatOfTheEvents(stores)
    })
  }
})

/** How many events an older version left. More than one page is read. */
const LEGACY_SALES = 700

describe('A log that was written before there was a tree', () => {
  async function openLegacy(path: string): Promise<void> {
    const before = Object.fromEntries(
      Object.entries(migrations).filter(([name]) => name < '010-log-tree'),
    )
    const database = openDatabase(path)
    await migrate(database, before)
    await sql`pragma synchronous = off`.execute(database.kysely)
    for (let number = 1; number <= LEGACY_SALES; number += 1) {
      const saleId = a.saleIdOf(number)
      const { summary } = a.appendOf(saleId, [requested], [priced])
      for (const [index, { type, data }] of [requested, priced].entries()) {
        const position = 2 * number - 1 + index
        const place = { position, saleId, sequence: index + 1, type, version: 1 }
        const at = new Date(now).toISOString()
        const record = { ...place, at, data, actor: a.actor }
        const body = sorted(record)
        const row = { position, sale_id: saleId, sequence: index + 1, type, body }
        await database.kysely.insertInto('event').values(row).execute()
      }
      await database.kysely
        .insertInto('sale')
        .values({
          first_position: 2 * number - 1,
          sale_id: saleId,
          client: a.client,
          sequence: 2,
          status: 'in_progress',
          contact_id: summary.contactId,
          requested_at: now,
          at_rest: 0,
        } as never)
        .execute()
    }
    await database.close()
  }

  it('gets its tree when it is opened, once, and its sales go on as one chain', async () => {
    await using folder = await makeFolder()
    await openLegacy(folder.path)
    await using stores = await openStores(folder.path)
    await Promise.all([growTree(stores.database), growTree(stores.database)])
    await growTree(stores.database)
    await assertTreeIsThatOfTheEvents(stores)
    const [before] = await stores.tree.leaves(5, 1)
    await stores.sales.append(a.appendOf(a.saleIdOf(3), [requested, priced], a.completed))
    await assertTreeIsThatOfTheEvents(stores)
    const [next] = readable(await stores.saleReader.events(2 * LEGACY_SALES, 1))
    assert.equal(next?.prev, hexOf(before?.leaf ?? assert.fail('there is an event')))
    const files = { db: folder.path, checkpoints: `${folder.path}.none` }
    assert.deepEqual(await findingsOf(files), [
      { place: 'checkpoints', text: 'there is none over these events' },
    ])
  })
})

/** JSON with sorted members, as RFC 8785 wants them. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([x], [y]) => (x < y ? -1 : 1)))
      : inner,
  )
}

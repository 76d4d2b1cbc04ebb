// Shows that the tables of the log are only added to, in order, by whomever.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { grantService } from '../../../../src/adapters/postgres/roles/grant-service.ts'
import type { EventTable, Schema } from '../../../../src/adapters/sql/database/schema.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { eventRow, migratedUrl, openAt } from './example-schema.ts'

const TABLES = ['event', 'tree_node', 'checkpoint'] as const

/** What changes a table, also where it hits no row. */
const CHANGES = {
  event: changesOf('event', 'type'),
  tree_node: changesOf('tree_node', 'hash'),
  checkpoint: changesOf('checkpoint', 'note'),
}

const HASH = Buffer.alloc(32)

const insert = (kysely: Kysely<Schema>, rows: readonly EventTable[]) =>
  kysely.insertInto('event').values(rows).execute()
const insertNodes = (kysely: Kysely<Schema>, places: readonly number[]) =>
  kysely
    .insertInto('tree_node')
    .values(places.map((place) => ({ place, hash: HASH })))
    .execute()
const insertCheckpoints = (kysely: Kysely<Schema>, numbers: readonly number[]) =>
  kysely
    .insertInto('checkpoint')
    .values(numbers.map((number) => ({ number, size: 1, at: 0 as never, note: '' })))
    .execute()

/** Rows in each table of the log. */
async function fill(kysely: Kysely<Schema>): Promise<void> {
  await insert(kysely, [eventRow(1), eventRow(2, 'a', 1)])
  await insertNodes(kysely, [0, 1])
  await insertCheckpoints(kysely, [1])
}

describe('The tables of the log in PostgreSQL', () => {
  it('refuse their owner, and a superuser, any change', async () => {
    await using owner = openAt(await migratedUrl())
    await fill(owner.kysely)
    for (const table of TABLES) {
      for (const change of CHANGES[table]) {
        const work = sql.raw(change).execute(owner.kysely)
        await assert.rejects(work, new RegExp(`${table}: append only`), change)
      }
    }
  })

  it('give the role of the service no right to a change, nor to their definition', async () => {
    const url = await migratedUrl()
    await using owner = openAt(url)
    await sql`create role "the Service" login`.execute(owner.kysely)
    await grantService(owner.kysely, 'the Service')
    await using service = openAt(url, 'the Service')
    await fill(service.kysely)
    for (const statement of [
      ...TABLES.flatMap((table) => CHANGES[table]),
      ...TABLES.map((table) => `alter table ${table} disable trigger user`),
      'truncate sale',
      'delete from sale',
      'delete from log_head',
      `insert into kysely_migration values ('a', 'b')`,
      'drop table event',
      'create table another ()',
      'create or replace function append_only() returns trigger language plpgsql as $$ begin end $$',
    ]) {
      await assert.rejects(
        sql.raw(statement).execute(service.kysely),
        (error: Error) => error.cause instanceof Error && errorCodeOf(error.cause) === '42501',
        statement,
      )
    }
    assert.equal((await service.kysely.selectFrom('event').selectAll().execute()).length, 2)
  })

  it('give the service back what it needs, whatever it was given before', async () => {
    const url = await migratedUrl()
    await using owner = openAt(url)
    await sql`create role widened login`.execute(owner.kysely)
    await sql`grant all on event, sale to widened`.execute(owner.kysely)
    await grantService(owner.kysely, 'widened')
    await grantService(owner.kysely, 'widened')
    const { rows } = await sql<{ table: string; rights: string }>`
      select table_name as table, string_agg(lower(privilege_type), ' ' order by privilege_type) as rights
      from information_schema.table_privileges where grantee = 'widened' group by 1 order by 1
    `.execute(owner.kysely)
    assert.deepEqual(Object.fromEntries(rows.map(({ table, rights }) => [table, rights])), {
      api_key: 'insert select update',
      checkpoint: 'insert select',
      copy_mark: 'insert select',
      crm_mark: 'insert select',
      duty: 'insert select update',
      event: 'insert select',
      idempotency_claim: 'delete insert select update',
      instance: 'delete insert select update',
      kysely_migration: 'select',
      key_bucket: 'insert select update',
      log_head: 'select update',
      mailed_failure: 'insert select',
      outbox: 'insert select update',
      place_lot: 'delete insert select update',
      place_turn: 'select update',
      sale: 'insert select update',
      token_shelf: 'select update',
      tree_node: 'insert select',
      unfinished_copy: 'select',
    })
    await using service = openAt(url, 'widened')
    await assert.rejects(
      grantService(service.kysely, 'widened'),
      (error) => errorCode(error) === 'refused',
    )
  })
})

describe('Events', () => {
  it('of many sales go in with one statement, in any order of its rows', async () => {
    await using database = openAt(await migratedUrl())
    const { kysely } = database
    await insert(kysely, [eventRow(2, 'b', 1), eventRow(1, 'a', 1), eventRow(3, 'a', 2)])
    await insert(kysely, [
      eventRow(4),
      eventRow(5, 'a', 3),
      eventRow(6, 'b', 2),
      eventRow(7, 'a', 4),
    ])
    assert.equal((await kysely.selectFrom('event').select('position').execute()).length, 7)
  })

  const WRONG = {
    'after a gap': [eventRow(4)],
    'with a gap between them': [eventRow(3), eventRow(5)],
    'at a place before the first': [eventRow(0)],
    'after a gap in their sale': [eventRow(3, 'a', 3)],
    'after a gap in a later sale': [eventRow(3, 'a', 2), eventRow(4, 'b', 2)],
    'against the order of their sale': [eventRow(3, 'a', 3), eventRow(4, 'a', 2)],
    'before the first of their sale': [eventRow(3, 'b', 0)],
  }
  for (const [name, rows] of Object.entries(WRONG)) {
    it(`${name} are refused`, async () => {
      await using database = openAt(await migratedUrl())
      const { kysely } = database
      await fill(kysely)
      await assert.rejects(insert(kysely, rows), /event: not the next position and sequence/)
    })
  }

  it('whose columns say something else than their body are refused', async () => {
    await using database = openAt(await migratedUrl())
    const { kysely } = database
    const right = eventRow(1, 'a', 1)
    for (const other of [
      { body: eventRow(2, 'a', 1).body },
      { body: eventRow(1, 'b', 1).body },
      { body: eventRow(1, 'a', 2).body },
      { body: eventRow(1).body },
      { type: 'Other' },
      { body: '{}' },
    ]) {
      await assert.rejects(insert(kysely, [{ ...right, ...other }]), /its body says something else/)
    }
    await assert.rejects(insert(kysely, [{ ...right, body: 'no JSON' }]), { code: '22P02' })
    await assert.rejects(insert(kysely, [{ ...right, sequence: null }]), { code: '23514' })
    await insert(kysely, [right])
  })
})

describe('Nodes and checkpoints', () => {
  it('are refused out of their order', async () => {
    await using database = openAt(await migratedUrl())
    const { kysely } = database
    for (const places of [[1], [-1, 0], [0, 2]]) {
      await assert.rejects(insertNodes(kysely, places), /tree_node: not the next/)
    }
    await insertNodes(kysely, [1, 0])
    await assert.rejects(insertNodes(kysely, [3]), /tree_node: not the next/)
    await insertNodes(kysely, [2, 3])
    await assert.rejects(insertCheckpoints(kysely, [0]), /checkpoint: not the next/)
    await insertCheckpoints(kysely, [1, 5])
    await assert.rejects(insertCheckpoints(kysely, [4]), /checkpoint: not the next/)
    await assert.rejects(insertCheckpoints(kysely, [7, 6]), /checkpoint: not the next/)
  })
})

function errorCodeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined
}

function changesOf(table: string, column: string): readonly string[] {
  return [
    `update ${table} set ${column} = ${column}`,
    `delete from ${table}`,
    `delete from ${table} where false`,
    `truncate ${table}`,
  ]
}

// Holds each migration that calls itself additive to that: a version that does not know it can serve on.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { migrations } from '../../../../migrations/postgres/index.ts'
import { emptyUrl, migratedUrl, openAt } from './example-schema.ts'

/** What a version relies on, a sentence each; the table whose statements it can make fail. */
type Part = { readonly table: string; readonly said: string; readonly binds: boolean }

/**
 * What of a schema an older version could stumble over. A column binds who does not write it, where it has
 * to be written. Other indexes than unique ones make nothing fail.
 */
async function readParts(db: Kysely<never>): Promise<readonly Part[]> {
  const { rows } = await sql<Part>`
    select attrelid::regclass::text as "table", attrelid::regclass || '.' || attname || ' '
      || format_type(atttypid, atttypmod) || ' ' || attnotnull || ' ' || attcollation || ' '
      || coalesce(pg_get_expr(adbin, adrelid), '') as said,
      attnotnull and adbin is null and attidentity = '' as binds
    from pg_attribute join pg_class on pg_class.oid = attrelid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relnamespace = current_schema()::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped
    union all
    select case contype when 'f' then confrelid else conrelid end::regclass::text,
      conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid), contype <> 'n'
    from pg_constraint where connamespace = current_schema()::regnamespace
    union all
    select tgrelid::regclass::text, pg_get_triggerdef(oid), true from pg_trigger where not tgisinternal
    union all
    select indrelid::regclass::text, pg_get_indexdef(indexrelid), true from pg_index
    join pg_class on pg_class.oid = indrelid
    where relnamespace = current_schema()::regnamespace and indisunique
    union all
    select '', pg_get_functiondef(oid), false from pg_proc where pronamespace = current_schema()::regnamespace
  `.execute(db)
  return rows
}

/** What makes a migration not additive: something is gone or another, or binds those who do not know of it. */
async function stumblingBlocks(db: Kysely<never>, { up }: Migration): Promise<readonly string[]> {
  const before = await readParts(db)
  await up(db)
  const after = await readParts(db)
  const gone = before.filter(({ said }) => !after.some((part) => part.said === said))
  const tables = new Set(before.map(({ table }) => table))
  const added = after.filter(({ said }) => !before.some((part) => part.said === said))
  const binding = added.filter(({ table, binds }) => binds && tables.has(table))
  return [...gone, ...binding].map(({ said }) => said)
}

async function blocksOf(migration: Migration): Promise<readonly string[]> {
  await using database = openAt(await migratedUrl())
  return await stumblingBlocks(database.kysely as unknown as Kysely<never>, migration)
}

function statement(text: string): Migration {
  return {
    async up(db) {
      await sql.raw(text).execute(db)
    },
  }
}

describe('A migration that calls itself additive', () => {
  it('takes nothing away and binds nobody who does not know of it', async () => {
    await using database = openAt(await emptyUrl())
    const db = database.kysely as unknown as Kysely<never>
    for (const [name, migration] of Object.entries(migrations)) {
      const blocks = await stumblingBlocks(db, migration)
      if (name.endsWith('-additive')) assert.deepEqual(blocks, [], name)
    }
  })

  it('may add columns that may be left out, tables and indexes', async () => {
    for (const text of [
      'alter table sale add column remark text',
      "alter table sale add column remark text not null default ''",
      'create table more (id bigint primary key, sale_id text not null unique)',
      'create index sale_ended on sale (ended_at)',
    ])
      assert.deepEqual(await blocksOf(statement(text)), [], text)
  })

  it('would be found out', async () => {
    for (const text of [
      'alter table sale add column remark text not null',
      'alter table sale drop column failure_message',
      'alter table sale rename column ended_at to over_at',
      'alter table sale alter column client type varchar(255)',
      'alter table sale alter column ended_at set not null',
      'alter table sale add check (sequence > 0)',
      'create unique index sale_deal on sale (deal_id)',
      'create table more (sale_id text references sale (sale_id))',
      'drop table copy_mark',
      'drop trigger event_next on event',
      'create trigger sale_append_only before delete on sale execute function append_only()',
      "create or replace function append_only() returns trigger language plpgsql as 'begin return null; end'",
    ])
      assert.notDeepEqual(await blocksOf(statement(text)), [], text)
  })
})

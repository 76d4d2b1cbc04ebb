// Shows that the migrations of PostgreSQL make the same tables as those of SQLite.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../../src/adapters/sqlite/database/migrate.ts'
import { migratedUrl, openAt } from './example-schema.ts'

type Column = {
  readonly table: string
  readonly name: string
  readonly kind: string
  readonly nullable: boolean
}
type Rows = <Row>(query: RawBuilder<Row>) => Promise<readonly Row[]>

/** What only PostgreSQL has, and why. */
const ONLY_POSTGRES = [
  // The head of the log: SQLite has one writer, and needs no row to lock.
  'log_head.id integer not null',
  'log_head.size integer not null',
  'primary key of log_head (id)',
  // Every table of SQLite has it by itself.
  'api_key.rowid integer not null',
]

/** What only SQLite has, and why. */
const ONLY_SQLITE: readonly string[] = []

describe('The schemas of SQLite and PostgreSQL', () => {
  it('have the same tables, columns, keys and indexes', async () => {
    const database = openDatabase(':memory:')
    await migrate(database, migrations)
    await using postgres = openAt(await migratedUrl())
    const inSqlite = await sqliteSchema((query) =>
      query.execute(database.kysely).then(({ rows }) => rows),
    )
    const inPostgres = await postgresSchema((query) =>
      query.execute(postgres.kysely).then(({ rows }) => rows),
    )
    await database.close()
    assert.deepEqual(without(inPostgres, inSqlite), [...ONLY_POSTGRES].sort())
    assert.deepEqual(without(inSqlite, inPostgres), [...ONLY_SQLITE].sort())
    assert.ok(inSqlite.length > 80, 'it was read at all')
  })

  it('compare and order every text by its bytes', async () => {
    await using postgres = openAt(await migratedUrl())
    const { rows } = await sql`
      select table_name, column_name from information_schema.columns
      where table_schema = 'public' and data_type = 'text' and collation_name is distinct from 'C'
        and table_name not like 'kysely%'`.execute(postgres.kysely)
    assert.deepEqual(rows, [])
  })
})

async function sqliteSchema(rows: Rows): Promise<readonly string[]> {
  const tables = sql`select name from sqlite_schema where type = 'table' and name not like 'kysely%' and name not like 'sqlite%'`
  const columns = await rows(sql<Column>`
    select t.name as "table", c.name, lower(c.type) as kind, c."notnull" = 0 and c.pk = 0 as nullable
    from (${tables}) as t, pragma_table_info(t.name) as c
  `)
  const keys = await rows(sql<{ said: string }>`
    select 'primary key of ' || t.name || ' (' || (
      select group_concat(name, ', ' order by pk) from pragma_table_info(t.name) where pk > 0
    ) || ')' as said from (${tables}) as t
    union all
    select 'unique of ' || t.name || ' (' || (
      select group_concat(name, ', ' order by seqno) from pragma_index_info(i.name)
    ) || ')' from (${tables}) as t, pragma_index_list(t.name) as i where i.origin = 'u'
    union all
    select 'reference of ' || t.name || ' (' || f."from" || ') to ' || f."table" || ' (' || f."to" || ')'
    from (${tables}) as t, pragma_foreign_key_list(t.name) as f
  `)
  const indexes = await rows(sql<{ text: string }>`
    select sql as text from sqlite_schema where type = 'index' and sql is not null`)
  return [
    ...columns.map(sayColumn),
    ...keys.flatMap(({ said }) => said ?? []),
    ...indexes.map(({ text }) => sayIndex(text)),
  ]
}

async function postgresSchema(rows: Rows): Promise<readonly string[]> {
  const columns = await rows(sql<Column>`
    select table_name as "table", column_name as name,
      data_type || case collation_name when 'C' then '' else coalesce(' ' || collation_name, '') end as kind,
      is_nullable = 'YES' as nullable
    from information_schema.columns
    where table_schema = current_schema() and table_name not like 'kysely%'
  `)
  const keys = await rows(sql<{ said: string }>`
    select case contype when 'p' then 'primary key of ' when 'u' then 'unique of ' else 'reference of ' end
      || conrelid::regclass || ' ' || regexp_replace(pg_get_constraintdef(oid),
        '^(PRIMARY KEY|UNIQUE|FOREIGN KEY) (.*?)(?: REFERENCES .*)?$', '\\2')
      || case contype when 'f' then ' to ' || confrelid::regclass || ' ('
        || (select attname from pg_attribute where attrelid = confrelid and attnum = confkey[1]) || ')' else '' end as said
    from pg_constraint where connamespace = current_schema()::regnamespace
    and contype in ('p', 'u', 'f') and conrelid::regclass::text not like 'kysely%'
  `)
  const indexes = await rows(sql<{ text: string }>`
    select pg_get_indexdef(indexrelid) as text from pg_index join pg_class on pg_class.oid = indrelid
    where relnamespace = current_schema()::regnamespace
    and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))
  `)
  return [
    ...columns.map(sayColumn),
    ...keys.map(({ said }) => said.replaceAll('"', '')),
    ...indexes.map(({ text }) => sayIndex(text)),
  ]
}

/** Numbers of any size are one kind, as are bytes. A text with another collation than "C" is none of these. */
function sayColumn({ table, name, kind, nullable }: Column): string {
  const known = kind.replace(/^(?:bigint|smallint)$/, 'integer').replace(/^bytea$/, 'blob')
  return `${table}.${name} ${known}${nullable ? '' : ' not null'}`
}

/** Words that only one of the two needs to say the same: around a member of the body, and in a list. */
const ONE_SIDED = new Set(
  'json_valid body event_member variadic array any in case when then end = public using btree'.split(
    ' ',
  ),
)

/** Name, uniqueness, table, columns, and of expressions and conditions the names and texts in their order. */
function sayIndex(text: string): string {
  const words = text
    .replaceAll(/'\$\.([\w.]+)'/g, (_, path: string) => `'${path.replaceAll('.', "' '")}'`)
    .replaceAll(/::\w+(?:\[\])?/g, ' ')
    .match(/'[^']*'|<>|\w+|=/g)
  const said = (words ?? []).map((word) => (word.startsWith("'") ? word : word.toLowerCase()))
  return said.filter((word) => !ONE_SIDED.has(word)).join(' ')
}

function without(all: readonly string[], others: readonly string[]): readonly string[] {
  return all.filter((one) => !others.includes(one)).sort()
}

// Copies the rows of a table that may be changed, as they are when the log has been moved.

import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import type { CopiedTable } from './copied-tables.ts'

/** Rows that are read at once, and written in one transaction. */
const PAGE_MAX = 500

/** Rows that one statement writes: the most columns are 18, and a statement of SQLite has at most 32,766 values. */
const INSERT_MAX = 100

type Row = Readonly<Record<string, unknown>>
type NamedTable = CopiedTable & { readonly name: string }

/** Copies what the table lacks, page by page. What an earlier call has copied stays as it is. */
export async function copyPages(
  from: Kysely<Schema>,
  to: Kysely<Schema>,
  table: NamedTable,
): Promise<void> {
  for (;;) {
    const last = await lastRow(to, table)
    const rows = await readAfter(from, table, last)
    if (rows.length === 0) return
    await to.transaction().execute((tx) => insert(tx, table, rows))
  }
}

/** Puts all rows of the table in the place of those that are there. */
export async function copyWhole(
  from: Kysely<Schema>,
  tx: Transaction<Schema>,
  table: NamedTable,
): Promise<void> {
  const { rows } = await sql<Row>`
    select ${columnsOf(table)} from ${sql.table(table.name)} order by ${keyOf(table)}
  `.execute(from)
  await sql`delete from ${sql.table(table.name)}`.execute(tx)
  await insert(tx, table, rows)
}

export async function countRows(db: Kysely<Schema>, name: string): Promise<number> {
  const { rows } = await sql<{ readonly count: number }>`
    select count(*) as count from ${sql.table(name)}
  `.execute(db)
  return rows[0]?.count ?? 0
}

async function lastRow(db: Kysely<Schema>, table: NamedTable): Promise<Row | undefined> {
  const key = sql.join(table.key.map((name) => sql`${sql.ref(name)} desc`))
  const { rows } = await sql<Row>`
    select ${keyOf(table)} from ${sql.table(table.name)} order by ${key} limit 1
  `.execute(db)
  return rows[0]
}

async function readAfter(
  db: Kysely<Schema>,
  table: NamedTable,
  last: Row | undefined,
): Promise<readonly Row[]> {
  const after =
    last === undefined
      ? sql``
      : sql`where (${keyOf(table)}) > (${sql.join(table.key.map((name) => last[name]))})`
  const { rows } = await sql<Row>`
    select ${columnsOf(table)} from ${sql.table(table.name)} ${after}
    order by ${keyOf(table)} limit ${sql.lit(PAGE_MAX)}
  `.execute(db)
  return rows
}

async function insert(
  tx: Transaction<Schema>,
  table: NamedTable,
  rows: readonly Row[],
): Promise<void> {
  const columns = Object.entries(table.columns)
  const valuesOf = (row: Row) =>
    sql`(${sql.join(columns.map(([name, column]) => (column === 'copied' ? row[name] : column.is)))})`
  for (let from = 0; from < rows.length; from += INSERT_MAX) {
    const values = rows.slice(from, from + INSERT_MAX).map(valuesOf)
    await sql`
      insert into ${sql.table(table.name)} (${columnsOf(table)}) values ${sql.join(values)}
    `.execute(tx)
  }
}

function columnsOf(table: NamedTable): RawBuilder<unknown> {
  return sql.join(Object.keys(table.columns).map((name) => sql.ref(name)))
}

function keyOf(table: NamedTable): RawBuilder<unknown> {
  return sql.join(table.key.map((name) => sql.ref(name)))
}

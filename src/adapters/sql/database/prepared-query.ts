// Queries that kysely builds once and that are bound to new values at each call. Building a query
// costs several times what a database needs to run it.

import type {
  Compilable,
  CompiledQuery,
  Insertable,
  InsertQueryBuilder,
  InsertResult,
  Kysely,
  QueryResult,
  Transaction,
} from 'kysely'
import type { Schema } from './schema.ts'
import type { RowsAsOne } from './sql-words.ts'

/** A query with its places for values. `db` is the database, or the transaction to run it in. */
export type PreparedQuery<Given, Row> = {
  (db: Kysely<Schema>, given: Given): Promise<QueryResult<Row>>

  /** Bound, to be asked together with others. */
  bound(given: Given): CompiledQuery<Row>
}

/** Stands for a value that is not known when the query is built: member `name` of row `row`. */
class Slot {
  readonly name: string
  readonly row: number

  constructor(name: string, row = 0) {
    this.name = name
    this.row = row
  }
}

type Members = Readonly<Record<string, unknown>>

type Insert<Table extends keyof Schema> = InsertQueryBuilder<Schema, Table, InsertResult>

/**
 * Builds a query once.
 *
 * @param build gets slots in place of the values, so it may only put them into the query
 */
export function prepareQuery<Given extends object, Row>(
  kysely: Kysely<Schema>,
  build: (db: Kysely<Schema>, given: Given) => Compilable<Row>,
): PreparedQuery<Given, Row> {
  const query = buildQuery(kysely, build)
  const bound = (given: Given) => bind(query, [given as Members])
  return Object.assign(async (db: Kysely<Schema>, given: Given) => db.executeQuery(bound(given)), {
    bound,
  })
}

/** `prepareQuery` for a statement of a transaction of which nobody reads the answer: a round trip less. */
export function prepareAhead<Given extends object>(
  kysely: Kysely<Schema>,
  build: (db: Kysely<Schema>, given: Given) => Compilable,
): (tx: Transaction<Schema>, given: Given) => Promise<void> {
  const query = buildQuery(kysely, build)
  return async (tx, given) => {
    await tx.executeQuery(bindAhead(query, [given as Members]))
  }
}

function buildQuery<Given extends object, Row>(
  kysely: Kysely<Schema>,
  build: (db: Kysely<Schema>, given: Given) => Compilable<Row>,
): CompiledQuery<Row> {
  const slots = new Proxy({}, { get: (_, name) => new Slot(String(name)) })
  return build(kysely, slots as Given).compile()
}

/** Rows that one statement writes, where each value is a parameter. Each number has a statement of its own, and all row counts are made of them. */
const ROWS_AT_ONCE = [64, 16, 4, 1] as const

/**
 * Builds an insert of many rows once.
 *
 * @param into the columns are the members of a row that are stored
 * @param finish adds what stands behind the rows
 */
export function prepareRows<Table extends keyof Schema>(
  kysely: Kysely<Schema>,
  into: { readonly table: Table; readonly columns: readonly (keyof Schema[Table] & string)[] },
  rowsAsOne: RowsAsOne | undefined,
  finish: (insert: Insert<Table>) => Compilable = (insert) => insert,
): (db: Kysely<Schema>, rows: readonly Insertable<Schema[Table]>[]) => Promise<void> {
  const { table, columns } = into
  const insert = kysely.insertInto(table).columns(columns) as Insert<Table>
  if (rowsAsOne !== undefined) {
    const text = new Slot('text') as unknown as string
    const query = finish(insert.expression(rowsAsOne.select(table, columns, text))).compile()
    return async (db, rows) => {
      if (rows.length === 0) return
      await db.executeQuery(bindAhead(query, [{ text: rowsAsOne.textOf(rows) }]))
    }
  }
  const statements = ROWS_AT_ONCE.map((count) => {
    const rows = Array.from({ length: count }, (_, row) =>
      Object.fromEntries(columns.map((name) => [name, new Slot(name, row)])),
    )
    const values = rows as unknown as readonly Insertable<Schema[Table]>[]
    return { count, query: finish(insert.values(values)).compile() }
  })
  return async (db, rows) => {
    let from = 0
    for (const { count, query } of statements) {
      for (; rows.length - from >= count; from += count) {
        await db.executeQuery(bind(query, rows.slice(from, from + count) as readonly Members[]))
      }
    }
  }
}

/** Keys that one statement looks for. The largest one bounds the statement. */
const KEYS_AT_ONCE = [1, 8, 64] as const
const KEYS_MAX = 64

/** A query that looks for many keys: a statement for each `KEYS_MAX` of them. */
export type PreparedLookUp<Key, Row> = {
  (db: Kysely<Schema>, keys: readonly Key[]): Promise<readonly Row[]>

  /** Bound, to be asked together with others. */
  bound(keys: readonly Key[]): readonly CompiledQuery<Row>[]
}

/**
 * Builds a query that looks for many keys once. A list that is shorter than its statement is filled
 * up with its last key.
 */
export function prepareLookUp<Key, Row>(
  kysely: Kysely<Schema>,
  build: (db: Kysely<Schema>, keys: readonly Key[]) => Compilable<Row>,
): PreparedLookUp<Key, Row> {
  const queries = KEYS_AT_ONCE.map((count) => {
    const slots = Array.from({ length: count }, (_, row) => new Slot('key', row))
    return { count, query: build(kysely, slots as unknown as readonly Key[]).compile() }
  })
  const bound = (keys: readonly Key[]) => {
    const statements: CompiledQuery<Row>[] = []
    for (let from = 0; from < keys.length; from += KEYS_MAX) {
      const page = keys.slice(from, from + KEYS_MAX)
      const fitting = queries.find(({ count }) => count >= page.length)
      if (fitting === undefined) throw new Error(`no statement for ${page.length} keys`)
      const given = Array.from({ length: fitting.count }, (_, index) => ({
        key: page[Math.min(index, page.length - 1)],
      }))
      statements.push(bind(fitting.query, given))
    }
    return statements
  }
  const find = async (db: Kysely<Schema>, keys: readonly Key[]) => {
    const found: Row[] = []
    for (const statement of bound(keys)) found.push(...(await db.executeQuery(statement)).rows)
    return found
  }
  return Object.assign(find, { bound })
}

/** Statements of a transaction that are sent at once. The first of them that fails is the one that counts. */
type ManyQueries = CompiledQuery & { readonly together: readonly CompiledQuery[] }

/** One query for all of these, for a connection that knows `ManyQueries`: its rows are the rows of each. */
export function asOne(queries: readonly [CompiledQuery, ...CompiledQuery[]]): ManyQueries {
  return { ...queries[0], together: queries }
}

/** The statements that are meant, where they are many. */
export function togetherOf(query: CompiledQuery): readonly CompiledQuery[] | undefined {
  return 'together' in query ? (query as ManyQueries).together : undefined
}

/** A statement of a transaction whose answer says nothing but that it is done. */
type WaitingQuery<Row> = CompiledQuery<Row> & { readonly mayWait: true }

/**
 * Binds a statement whose answer may come with that of the next one: that one, or the commit, fails where it
 * has failed.
 */
function bindAhead<Row>(query: CompiledQuery<Row>, given: readonly Members[]): WaitingQuery<Row> {
  return { ...bind(query, given), mayWait: true }
}

export function mayWait(query: CompiledQuery): boolean {
  return 'mayWait' in query
}

/** @throws {Error} where a value is missing, which would be stored as `null`: a bug */
function bind<Row>(query: CompiledQuery<Row>, given: readonly Members[]): CompiledQuery<Row> {
  const parameters = query.parameters.map((value) => {
    if (!(value instanceof Slot)) return value
    const bound = given[value.row]?.[value.name]
    if (bound === undefined) throw new Error(`no value for ${value.name} of row ${value.row}`)
    return bound
  })
  return { ...query, parameters }
}

// Reads a whole log from its database file, without trusting or changing anything in it.
import SqliteDatabase from 'better-sqlite3'
import type { Selectable } from 'kysely'
import type {
  ArchivedCheckpoint,
  ArchivedSale,
  LogArchive,
  SchemaEntry,
} from '../../../application/verify/log-archive.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { Hash } from '../../../domain/log/hash.ts'
import type { SaleTable } from '../../sql/database/schema.ts'
import { toListedAmount, toSummary } from '../../sql/sale/sale-row.ts'
import { toAppError } from '../database/sqlite-errors.ts'
import { SCHEMA_QUERY } from './expected-schema.ts'

/** How long a statement waits for another process's lock. */
const BUSY_TIMEOUT_MS = 5_000

/** Rows of a page. Larger pages are no faster, and outlive the short memory of the runtime. */
const PAGE_MAX = 100

/** Nodes that are read in one query, which is faster than row by row. */
const NODES_MAX = 1_000

/**
 * Opens a database for reading only, as it is at this moment: what a serving process appends later is
 * not seen.
 *
 * @throws {AppError} `lost` when there is no database at `path`
 */
export function openLogArchive(path: string): LogArchive {
  try {
    const sqlite = new SqliteDatabase(path, {
      readonly: true,
      fileMustExist: true,
      timeout: BUSY_TIMEOUT_MS,
    })
    // All reads of this transaction see the database as it is at the first of them.
    sqlite.exec('begin')
    return archiveOf(sqlite)
  } catch (error) {
    throw toAppError('open log', error)
  }
}

function archiveOf(sqlite: SqliteDatabase.Database): LogArchive {
  const schema = sqlite.prepare<[], SchemaEntry>(SCHEMA_QUERY).all()
  const has = (table: string) => schema.some(({ name }) => name === table)
  const sale = has('sale')
    ? sqlite.prepare<[string], Selectable<SaleTable>>('select * from sale where sale_id = ?')
    : undefined

  return {
    schema: async () => schema,

    async *events() {
      if (!has('event')) return
      const rows = sqlite
        .prepare<[], [number, string | null, number | null, string, Buffer]>(
          `select position, sale_id, sequence, type, cast(body as blob)
           from event order by position`,
        )
        .raw()
      for (const page of pagesOf(rows.iterate())) {
        yield page.map(([position, saleId, sequence, type, body]) => {
          return { position, saleId, sequence, type, body }
        })
      }
    },

    async *nodes() {
      if (!has('tree_node')) return
      const rows = sqlite
        .prepare<[number, number], [number, Hash]>(
          'select place, hash from tree_node where place > ? order by place limit ?',
        )
        .raw()
      for (let after = Number.MIN_SAFE_INTEGER, more = true; more; ) {
        const page = rows.all(after, NODES_MAX)
        yield page.map(([place, hash]) => ({ place, hash }))
        after = page.at(-1)?.[0] ?? after
        more = page.length === NODES_MAX
      }
    },

    async *checkpoints() {
      if (!has('checkpoint')) return
      const rows = sqlite.prepare<[], ArchivedCheckpoint>(
        'select number, size, at, note from checkpoint order by number',
      )
      yield* pagesOf(rows.iterate())
    },

    async sales(saleIds) {
      const listed = new Map<SaleId, ArchivedSale>()
      for (const saleId of saleIds) {
        const row = sale?.get(saleId)
        if (row !== undefined) listed.set(saleId, archivedSaleOf(row))
      }
      return listed
    },

    async *saleIds() {
      if (!has('sale')) return
      yield* pagesOf(sqlite.prepare<[], string>('select sale_id from sale').pluck().iterate())
    },

    async close() {
      sqlite.close()
    },
  }
}

function archivedSaleOf(row: Selectable<SaleTable>): ArchivedSale {
  const { client, sequence, first_position: firstPosition } = row
  return { summary: toSummary(row), client, sequence, firstPosition, ...toListedAmount(row) }
}

function* pagesOf<Row>(rows: Iterable<Row>): Iterable<readonly Row[]> {
  let page: Row[] = []
  for (const row of rows) {
    page.push(row)
    if (page.length < PAGE_MAX) continue
    yield page
    page = []
  }
  yield page
}

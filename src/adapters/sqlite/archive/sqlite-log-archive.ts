// Reads a whole log from its database file, without trusting or changing anything in it.
import SqliteDatabase from 'better-sqlite3'
import type { Selectable } from 'kysely'
import type { LogArchive, SchemaEntry } from '../../../application/verify/log-archive.port.ts'
import type { Hash } from '../../../domain/log/hash.ts'
import type { SaleTable } from '../database/schema.ts'
import { toAppError } from '../database/sqlite-errors.ts'
import { toListedAmount, toSummary } from '../sale/sale-row.ts'
import { SCHEMA_QUERY } from './expected-schema.ts'

/** How long a statement waits for another process's lock. */
const BUSY_TIMEOUT_MS = 5_000

/** Nodes that are read in one query. */
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
    schema: () => schema,

    *events() {
      if (!has('event')) return
      const rows = sqlite
        .prepare<[], [number, string | null, number | null, string, Buffer]>(
          `select position, sale_id, sequence, type, cast(body as blob)
           from event order by position`,
        )
        .raw()
      for (const [position, saleId, sequence, type, body] of rows.iterate()) {
        yield { position, saleId, sequence, type, body }
      }
    },

    *nodes() {
      if (!has('tree_node')) return
      const rows = sqlite
        .prepare<[number, number], [number, Hash]>(
          'select place, hash from tree_node where place > ? order by place limit ?',
        )
        .raw()
      // Events are read in pages, because that is faster than row by row.
      for (let after = Number.MIN_SAFE_INTEGER, more = true; more; ) {
        const page = rows.all(after, NODES_MAX)
        for (const [place, hash] of page) yield { place, hash }
        after = page.at(-1)?.[0] ?? after
        more = page.length === NODES_MAX
      }
    },

    *checkpoints() {
      if (!has('checkpoint')) return
      yield* sqlite
        .prepare<[], { number: number; size: number; at: number; note: string }>(
          'select number, size, at, note from checkpoint order by number',
        )
        .iterate()
    },

    sale(saleId) {
      const row = sale?.get(saleId)
      if (row === undefined) return undefined
      const { client, sequence, first_position: firstPosition } = row
      const amount = toListedAmount(row)
      return { summary: toSummary(row), client, sequence, firstPosition, ...amount }
    },

    *saleIds() {
      if (!has('sale')) return
      for (const id of sqlite.prepare<[], string>('select sale_id from sale').pluck().iterate()) {
        yield id
      }
    },

    close: () => sqlite.close(),
  }
}

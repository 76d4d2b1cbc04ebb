// Reads a whole log from a PostgreSQL database, without trusting or changing anything in it.

import {
  type ControlledTransaction,
  type Kysely,
  type RawBuilder,
  type Selectable,
  sql,
} from 'kysely'
import type {
  ArchivedCheckpoint,
  ArchivedNode,
  ArchivedSale,
  LogArchive,
  Pages,
} from '../../../application/verify/log-archive.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import { withAppErrors } from '../../sql/database/database-failure.ts'
import type { EventTable, SaleTable, Schema } from '../../sql/database/schema.ts'
import { toListedAmount, toSummary } from '../../sql/sale/sale-row.ts'
import { openPostgres, type PostgresDatabase } from '../database/open-postgres.ts'
import { POSTGRES_LIMITS, type PostgresSettings } from '../database/postgres-settings.ts'
import { readSchema } from './read-schema.ts'

/** Rows that are fetched at once. */
const PAGE_MAX = 1_000

/**
 * Milliseconds. A reader holds no lock, so that it may take its time: for a statement, and between two of
 * them, while what was read is looked at.
 */
const LONG_READS = {
  ...POSTGRES_LIMITS,
  statementMs: 600_000,
  transactionIdleMs: 600_000,
  answerMs: 660_000,
}

/**
 * Opens the log as it is at this moment: what is appended later is not seen. It needs no right but to
 * read, so that a replica can be verified, too.
 *
 * @throws {AppError} `unavailable` or `refused`
 */
export async function openPostgresLogArchive(settings: PostgresSettings): Promise<LogArchive> {
  const database = openPostgres<Schema>({ ...settings, poolMax: 1 }, LONG_READS)
  try {
    return await archiveOf(database)
  } catch (error) {
    await database.close()
    throw error
  }
}

async function archiveOf(database: PostgresDatabase<Schema>): Promise<LogArchive> {
  const tx = await withAppErrors('open log', () => beginIn(database.kysely))
  // The first query takes the snapshot that all others see.
  const schema = await withAppErrors('open log', () => readSchema(tx))
  const has = (table: string) => schema.some(({ name }) => name === table)
  const read = makeReader(tx)

  return {
    schema: async () => schema,

    async *events() {
      if (!has('event')) return
      const rows = sql<EventTable>`
        select position, sale_id, sequence, type, body from event order by position`
      for await (const page of read(rows)) {
        yield page.map(({ position, sale_id, sequence, type, body }) => {
          return { position, saleId: sale_id, sequence, type, body: Buffer.from(body) }
        })
      }
    },

    async *nodes() {
      if (!has('tree_node')) return
      yield* read(sql<ArchivedNode>`select place, hash from tree_node order by place`)
    },

    async *checkpoints() {
      if (!has('checkpoint')) return
      yield* read(
        sql<ArchivedCheckpoint>`select number, size, at, note from checkpoint order by number`,
      )
    },

    sales(saleIds) {
      return withAppErrors('read log', async () => {
        if (!has('sale')) return new Map()
        const { rows } = await sql<Selectable<SaleTable>>`
          select * from sale where sale_id = any(${saleIds})`.execute(tx)
        return new Map(rows.map((row) => [row.sale_id, archivedSaleOf(row)]))
      })
    },

    async *saleIds() {
      if (!has('sale')) return
      for await (const page of read(sql<{ readonly sale_id: SaleId }>`select sale_id from sale`)) {
        yield page.map(({ sale_id }) => sale_id)
      }
    },

    async close() {
      await tx.rollback().execute()
      await database.close()
    },
  }
}

function beginIn(kysely: Kysely<Schema>): Promise<ControlledTransaction<Schema>> {
  return kysely
    .startTransaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute()
}

/** Reads the rows of a query page by page. Several are read at the same time. */
function makeReader(tx: ControlledTransaction<Schema>) {
  let cursors = 0

  return async function* read<Row>(rows: RawBuilder<Row>): Pages<Row> {
    cursors += 1
    const cursor = sql.ref(`rows_${cursors}`)
    const fetch = sql<Row>`fetch ${sql.lit(PAGE_MAX)} from ${cursor}`
    await withAppErrors('read log', () =>
      sql`declare ${cursor} no scroll cursor for ${rows}`.execute(tx),
    )
    // The loop ends with the last row.
    for (let more = true; more; ) {
      const page = await withAppErrors('read log', () => fetch.execute(tx))
      yield page.rows
      more = page.rows.length === PAGE_MAX
    }
  }
}

function archivedSaleOf(row: Selectable<SaleTable>): ArchivedSale {
  const { client, sequence, first_position: firstPosition } = row
  return { summary: toSummary(row), client, sequence, firstPosition, ...toListedAmount(row) }
}

import type { SaleId } from '../../domain/ids.ts'
import type { Hash } from '../../domain/log/hash.ts'
import type { SaleSummary } from '../log/sale-summary.ts'

/** One row of the event table: nothing in it is believed. */
export type ArchivedEvent = {
  readonly position: number
  readonly saleId: string | null
  readonly sequence: number | null
  readonly type: string
  /** The bytes as they are stored. */
  readonly body: Uint8Array
}

/** One row of the list of sales. */
export type ArchivedSale = {
  readonly summary: SaleSummary
  readonly client: string
  readonly sequence: number
  readonly firstPosition: number
}

export type ArchivedCheckpoint = {
  readonly number: number
  readonly size: number
  readonly at: number
  readonly note: string
}

/** A table, an index or a trigger: what made it, in SQL. */
export type SchemaEntry = { readonly name: string; readonly sql: string }

/**
 * A whole log at one moment, for reading only, row by row: it may be long. What changes meanwhile
 * is not seen. Nothing is taken for granted, not even that a table is there.
 */
export interface LogArchive {
  schema(): readonly SchemaEntry[]
  /** In the order of their positions. */
  events(): Iterable<ArchivedEvent>
  /** The stored nodes of the tree, in the order of their places. */
  nodes(): Iterable<{ readonly place: number; readonly hash: Hash }>
  /** In the order of their numbers. */
  checkpoints(): Iterable<ArchivedCheckpoint>
  sale(saleId: SaleId): ArchivedSale | undefined
  saleIds(): Iterable<string>
  close(): void
}

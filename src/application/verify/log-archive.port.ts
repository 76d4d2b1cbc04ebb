// A whole log as an auditor reads it, row by row.
import type { SaleId } from '../../domain/ids.ts'
import type { Hash } from '../../domain/log/hash.ts'
import type { ListedAmount } from '../log/listed-amount.ts'
import type { SaleSummary } from '../log/sale-summary.ts'

/** One row of the event table. Nothing in it is trusted. */
export type ArchivedEvent = {
  readonly position: number
  readonly saleId: string | null
  readonly sequence: number | null
  readonly type: string
  /** The event as it is stored: the bytes that are hashed. */
  readonly body: Uint8Array
}

/** One row of the list of sales. */
export type ArchivedSale = {
  readonly summary: SaleSummary
  readonly client: string
  readonly sequence: number
  readonly firstPosition: number
} & ListedAmount

export type ArchivedCheckpoint = {
  readonly number: number
  readonly size: number
  readonly at: number
  readonly note: string
}

/** A table, an index or a trigger, with the SQL that created it. */
export type SchemaEntry = { readonly name: string; readonly sql: string }

/**
 * A whole log as it was at one moment; later changes are not seen. It is read row by row, because it
 * may be long. A table that is missing has no rows.
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

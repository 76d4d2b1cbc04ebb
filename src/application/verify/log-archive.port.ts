// A whole log as an auditor reads it, page by page.
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

/** A stored node of the tree. */
export type ArchivedNode = { readonly place: number; readonly hash: Hash }

/** A table, an index or a trigger, with the SQL that created it. */
export type SchemaEntry = { readonly name: string; readonly sql: string }

/** Rows in the order of the whole, some at once. */
export type Pages<Row> = AsyncIterable<readonly Row[]>

/** Ids for which one call of `sales` may ask. */
export const SALES_ASKED_MAX = 1_000

/**
 * A whole log as it was at one moment; later changes are not seen. It is read page by page, because it
 * may be long. A table that is missing has no rows.
 */
export interface LogArchive {
  schema(): Promise<readonly SchemaEntry[]>
  /** In the order of their positions. */
  events(): Pages<ArchivedEvent>
  /** In the order of their places. */
  nodes(): Pages<ArchivedNode>
  /** In the order of their numbers. */
  checkpoints(): Pages<ArchivedCheckpoint>
  /** What the list has of these sales, `SALES_ASKED_MAX` at most. One that it lacks is left out. */
  sales(saleIds: readonly SaleId[]): Promise<ReadonlyMap<SaleId, ArchivedSale>>
  saleIds(): Pages<string>
  close(): Promise<void>
}

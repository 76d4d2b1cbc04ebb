import type { SaleId } from '../../domain/ids.ts'

/**
 * What a database knows of itself as a restored copy. The log it was copied from may have gone on
 * since, so sales that were half-finished then are not touched until an operator names them.
 */
export interface CopiedSales {
  /**
   * The sales with work left that began before the copy was made, and that no operator has named
   * since, oldest first. None in a database that is no copy.
   */
  held(): Promise<readonly SaleId[]>

  /** Whether the sale began before the copy was made. */
  isCopied(saleId: SaleId): Promise<boolean>
}

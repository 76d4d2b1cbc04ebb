import type { SaleId } from '../../domain/ids.ts'

/**
 * What a database knows about itself as a restored copy. The original may have gone on with the
 * sales that were unfinished when the copy was made, so these are held: the service does not touch
 * one before an operator asks for it with `sales resume`.
 */
export interface CopiedSales {
  /**
   * The held sales, oldest first: those with work left that began before the copy was made, and
   * that no operator has asked for since. None in a database that is no copy.
   */
  held(): Promise<readonly SaleId[]>

  /** Whether this database is a copy. */
  isCopy(): Promise<boolean>
}

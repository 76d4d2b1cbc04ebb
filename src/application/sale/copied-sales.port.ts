import type { SaleId } from '../../domain/ids.ts'

/**
 * What a database knows about itself as a restored copy, or as what is left after a loss that was accepted. The
 * original may have gone on with the sales that were unfinished when the copy was made, so these are held: the
 * service does not touch one before an operator asks for it with `sales resume`. After a loss these are the ones
 * that were unfinished when it was accepted.
 */
export interface CopiedSales {
  /**
   * The held sales, oldest first: those with work left that began before the copy was made, and
   * that no operator has asked for since. None in a database that is no copy.
   */
  held(): Promise<readonly SaleId[]>

  /** Whether this database is a copy, or what is left after a loss. */
  isCopy(): Promise<boolean>
}

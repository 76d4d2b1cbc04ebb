// The requests of operators to try a sale again, and the port that reads them.

import type { SaleId } from '../../domain/ids.ts'

/** A request to try the rollback of a sale now, or to take the sale up. */
export type ResumeRequest = {
  /** The position of its `SaleResumeRequested` in the log. */
  readonly position: number
  /** `undefined` where the event cannot be read. */
  readonly saleId: SaleId | undefined
}

/** Reads the requests of `sales resume`. The log is the queue, so who asked is recorded, too. */
export interface ResumeRequests {
  /** Up to `limit` requests with a position above `position`, oldest first. */
  after(position: number, limit: number): Promise<readonly ResumeRequest[]>

  /** The last position of the log: every request made from now on has a higher one. */
  position(): Promise<number>
}

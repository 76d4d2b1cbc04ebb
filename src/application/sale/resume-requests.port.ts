import type { SaleId } from '../../domain/ids.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { Actor } from '../log/event-record.ts'

export type ResumeRequest = {
  /** Of its event in the log. */
  readonly position: number
  /** `undefined` where the event cannot be read. */
  readonly saleId: SaleId | undefined
}

/** What persons ask for with `sales resume`. The log is the queue, so who asked is on record. */
export interface ResumeRequests {
  /** Records who asks, and says the position of the request. It is durable then. */
  add(saleId: SaleId, actor: Actor, at: EpochMs): Promise<number>

  /** Up to `limit` requests with a position above `position`, oldest first. */
  after(position: number, limit: number): Promise<readonly ResumeRequest[]>

  /** The position that a request made from now on is above of. */
  position(): Promise<number>
}

import type { SaleUnreadable } from '../log/service-events.ts'
import type { NewMail } from '../mail/outbox.port.ts'

/** The sales that somebody was told cannot be read. It outlives the process: nobody is told twice. */
export interface UnreadableSales {
  /**
   * Records the event and the mail that tells of it, both or neither. Says whether it did: not
   * where an event of this sale is on record.
   */
  record(event: SaleUnreadable, mail: NewMail): Promise<boolean>
}

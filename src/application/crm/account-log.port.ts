import type { AccountEvent } from '../log/service-events.ts'
import type { NewMail } from '../mail/outbox.port.ts'

/** What is on record of the CRM account: it outlives the process, so that nobody is told twice. */
export interface AccountLog {
  /** The last event of the account; `undefined` when there never was one. */
  last(): Promise<AccountEvent | undefined>

  /** Records the event and the mail that tells of it, both or neither. */
  record(event: AccountEvent, mail: NewMail): Promise<void>
}

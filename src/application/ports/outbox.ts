import type { SaleId } from '../../domain/ids.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { MailSubject } from '../event-record.ts'

/** A mail as it is fixed before its first attempt, so that every copy is the same. */
export type NewMail = {
  /** Without angle brackets: `<sale id>.failed@<domain>`. */
  readonly messageId: string
  readonly about: MailSubject
  /** `null` for a mail about the account, or with a checkpoint. */
  readonly saleId: SaleId | null
  readonly subject: string
  readonly text: string
  readonly createdAt: EpochMs
}

export type WaitingMail = NewMail & {
  /** Failed attempts so far. */
  readonly attempts: number
}

/** Mails that wait to be accepted. `SaleStore` and `AccountLog` put them in, with the event that obliges us to tell. */
export interface Outbox {
  /** Up to `limit` mails due at `now`, longest waiting first. */
  due(now: EpochMs, limit: number): Promise<readonly WaitingMail[]>

  /** When the next mail is due; `undefined` when none waits. */
  nextDueAt(): Promise<EpochMs | undefined>

  /** Takes the mail out and records `MailSent` in the event log, both or neither. */
  markSent(mail: WaitingMail, at: EpochMs): Promise<void>

  /** Counts a failed attempt and hides the mail until `dueAt`. */
  postpone(mail: WaitingMail, dueAt: EpochMs): Promise<void>

  /** Makes every waiting mail due now: a start tries them all at once. */
  makeAllDue(now: EpochMs): Promise<void>
}

import type { SaleId } from '../../domain/ids.ts'
import type { EpochMs } from '../../domain/time.ts'

/** What a mail is about. Recorded in `MailSent`, so a name is never changed. */
export type MailSubject = 'failed' | 'stuck' | 'unreadable' | 'account' | 'checkpoint'

/** What makes a message; each copy of it is the same. */
export type Mail = {
  /** Without angle brackets: `<sale id>.failed@<domain>`. */
  readonly messageId: string
  readonly subject: string
  readonly text: string
  readonly createdAt: EpochMs
}

type OutboxMail = Mail & {
  readonly about: MailSubject
  /** The sale it was made for, and names first; `null` for a mail about the account, or with a checkpoint. */
  readonly saleId: SaleId | null
}

/** A mail that is to be told. */
export type NewMail = OutboxMail & {
  /**
   * The lines about its sale. With them, and where many sales fail within a minute, the outbox
   * may put these lines into a mail it collects, in the place of this one.
   */
  readonly facts?: string
}

/** A mail as it is fixed before its first attempt. */
export type WaitingMail = OutboxMail & {
  /** All sales that it names, in order. */
  readonly saleIds: readonly SaleId[]
  /** Failed attempts so far. */
  readonly attempts: number
}

export type Backlog = {
  /** Mails not accepted yet, one that is still being collected among them. */
  readonly count: number
  /** When the oldest of them was made; `undefined` when there is none. */
  readonly oldestAt: EpochMs | undefined
}

/**
 * Mails that wait to be accepted. `SaleStore` and `AccountLog` put them in, with the event that
 * obliges us to tell; `failure-storm.ts` says when failed sales share a mail.
 */
export interface Outbox {
  /**
   * Up to `limit` mails due at `now`, longest waiting first. What they say and name is on disk,
   * and final, when this returns: no further sale joins them.
   */
  due(now: EpochMs, limit: number): Promise<readonly WaitingMail[]>

  /** When the next mail is due, one that is being collected included; `undefined` when none waits. */
  nextDueAt(): Promise<EpochMs | undefined>

  /** What waits, due or not. */
  backlog(): Promise<Backlog>

  /** Takes the mail out and records `MailSent` in the event log, both or neither. */
  markSent(mail: WaitingMail, at: EpochMs): Promise<void>

  /** Counts a failed attempt and hides the mail until `dueAt`. */
  postpone(mail: WaitingMail, dueAt: EpochMs): Promise<void>

  /** Makes every waiting mail due now: a start tries them all at once. */
  makeAllDue(now: EpochMs): Promise<void>
}

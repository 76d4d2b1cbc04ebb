// The outbox: mails, what they are about, and how they wait to be accepted by the mail server.

import type { SaleId } from '../../domain/ids.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { InstanceNumber } from '../instances/instances.port.ts'

/** What a mail is about. Recorded in `MailSent`, so a name is never changed. */
export type MailSubject =
  | 'failed'
  | 'stuck'
  | 'solved'
  | 'unreadable'
  | 'account'
  | 'checkpoint'
  | 'loss'
  | 'key'

/** Which way a mail went, and to how many recipients. Recorded in `MailSent`, so a name is never changed. */
export type HandedOver = {
  /** `files`: a file on the gateway's own disk, which nobody is sent. */
  readonly way: 'smtp' | 'files'
  /** Addresses of `MAIL_TO` that the mail is for. */
  readonly recipients: number
}

/** The parts of a message. Each copy that is sent is the same. */
export type Mail = {
  /** Without angle brackets: `<sale id>.failed@<domain>`. */
  readonly messageId: string
  readonly subject: string
  readonly text: string
  readonly createdAt: EpochMs
}

type OutboxMail = Mail & {
  readonly about: MailSubject
  /** The sale that the mail names first; `null` for a mail about the account, or with a checkpoint. */
  readonly saleId: SaleId | null
}

/** A mail to be sent. */
export type NewMail = OutboxMail & {
  /**
   * The lines about its sale. Where many sales fail within a minute, the outbox may put these
   * lines into a mail that collects, instead of sending this one.
   */
  readonly facts?: string
}

/** A mail in its final form, fixed before the first attempt. */
export type WaitingMail = OutboxMail & {
  /** All sales that the mail names, in order. */
  readonly saleIds: readonly SaleId[]
  /** Failed attempts so far. */
  readonly attempts: number
}

export type Backlog = {
  /** Mails not accepted yet, with the one that collects. */
  readonly count: number
  /** When the oldest of them was made; `undefined` for none. */
  readonly oldestAt: EpochMs | undefined
}

/**
 * The mails that wait to be accepted. `SaleStore` and `EventLog` put them in, with the event that
 * they are about; `failure-storm.ts` has the rule for failed sales that share a mail.
 */
export interface Outbox {
  /**
   * Puts out a mail that is about no event. Its `MailSent` is then what the log has of it.
   *
   * @returns `false` where the outbox has, or had, a mail with this message id: nothing is done
   * @throws {AppError} `unavailable`: it may be put out or not; to call it again puts out no second one
   */
  put(mail: NewMail): Promise<boolean>

  /**
   * Up to `limit` mails due at `now`, longest waiting first. When this returns, their text and the
   * sales they name are final and on disk: no further sale joins them.
   *
   * @param sender claims them: until it postpones one, leaves or is taken for dead, no other instance gets
   *   it. Left out, or `null`, where one process has the database alone.
   * @throws {AppError} `unavailable`, also where nobody knows whether a text was fixed: the next call finds it
   */
  due(now: EpochMs, limit: number, sender?: InstanceNumber | null): Promise<readonly WaitingMail[]>

  /**
   * When the next mail is due, with the one that collects; `undefined` when none waits.
   *
   * @param sender leaves out what other instances have claimed
   */
  nextDueAt(sender?: InstanceNumber | null): Promise<EpochMs | undefined>

  /** The mails that wait, due or not. */
  backlog(): Promise<Backlog>

  /** Marks the mail as sent and records `MailSent` in the log, both or neither; once, whoever sent it. */
  markSent(mail: WaitingMail, at: EpochMs, handedOver: HandedOver): Promise<void>

  /**
   * Counts a failed attempt; the mail is due again at `dueAt`.
   *
   * @param sender who claimed it. Nothing is done where another instance has claimed it since.
   * @throws {AppError} `unavailable`: it may be counted or not; to call it again counts the same attempt once
   */
  postpone(mail: WaitingMail, dueAt: EpochMs, sender?: InstanceNumber | null): Promise<void>

  /**
   * Makes every waiting mail due at `at`, at the latest.
   *
   * @throws {AppError} `unavailable`: it may be done or not; it can be repeated
   */
  makeAllDue(at: EpochMs): Promise<void>
}

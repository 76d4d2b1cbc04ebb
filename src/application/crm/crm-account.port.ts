/** Whether the CRM account can be used at all: an account that is shut answers no call. */
export interface CrmAccount {
  /**
   * Why the account is shut, as far as the calls so far have shown; `undefined` while it is open.
   * Makes no call. The reason is for the log and a mail; it holds nothing of a person.
   */
  shut(): string | undefined

  /**
   * Why the CRM lets no call in at the moment, although the account may be open; `undefined` while
   * nothing is wrong. Makes no call.
   */
  lockOut(): CrmLockOut | undefined

  /**
   * Makes the try that is due to end a lock-out. While sales are turned away, nobody else makes it.
   * Takes at most a few seconds, and never throws for what the CRM does.
   */
  tryToEnd(): Promise<void>

  /**
   * Makes one call that changes nothing, and returns whether the CRM answered it: then the account
   * is open. Takes at most the time-out of one call, or 7 s where that is less, and never throws
   * for what the CRM does.
   */
  probe(): Promise<boolean>
}

/** A time in which there is no access token that the CRM lets in. */
export type CrmLockOut = {
  /** For the log and for `/readyz`; without anything secret or of a person. */
  readonly reason: string
  /** Milliseconds to the next try to end it; 0 when that is due. */
  readonly tryInMs: number
  /** Milliseconds after which it may be over; `Infinity` where nobody knows. */
  readonly overInMs: number
}

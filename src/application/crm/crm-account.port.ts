/** Whether the CRM account can be used at all: an account that is shut answers no call. */
export interface CrmAccount {
  /**
   * Why the account is shut, as far as the calls so far have shown; `undefined` while it is open.
   * Makes no call. The reason is for the log and a mail; it holds nothing of a person.
   */
  shut(): string | undefined

  /**
   * Makes one call that changes nothing, and returns whether the CRM answered it: then the account
   * is open. Takes at most the time-out of one call, and never throws for what the CRM does.
   */
  probe(): Promise<boolean>
}

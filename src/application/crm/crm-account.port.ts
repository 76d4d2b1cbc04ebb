/** The account with the CRM: the right to use it at all. */
export interface CrmAccount {
  /** Why the account is shut, as far as the calls so far have shown; `undefined` while it is open. */
  shut(): string | undefined

  /** Makes one harmless call, and says whether the CRM answered it: then the account is open. */
  probe(): Promise<boolean>
}

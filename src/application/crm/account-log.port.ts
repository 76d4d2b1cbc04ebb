import type { AccountEvent } from '../log/service-events.ts'

/**
 * What the log holds about the CRM account. It outlives the process, so no mail about it goes out
 * twice.
 */
export interface AccountLog {
  /** The newest event of the account; `undefined` when there never was one. */
  last(): Promise<AccountEvent | undefined>
}

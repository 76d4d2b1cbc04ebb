// Keeps the CRM's access token over a restart, and shares it among processes. The bytes are
// encrypted: only the adapter that wrote them can read them.

import type { EpochMs } from '../../domain/time.ts'

export type ShelvedToken = {
  /** What was written last; `undefined` before anything was. */
  readonly sealed: Uint8Array | undefined
  /** When it was read, by the clock that all who share the store have in common. */
  readonly at: EpochMs
}

/**
 * @throws {AppError} `unavailable` from every method: the database cannot be used just now. What was asked for
 *   may be done or not; each may be repeated. A claim of which that holds ends by itself, like any other.
 */
export interface TokenStore {
  /** @param now wall time of this process: the clock in common where all are on one machine */
  read(now: EpochMs): Promise<ShelvedToken>

  /** Replaces what is stored. */
  write(sealed: Uint8Array): Promise<void>

  /**
   * Claims the right to renew the token, from `now` until `until`; returns `false` while another process
   * has it. Both times are wall time of this process. Where several machines share the store, only how
   * long it is counts, by the store's own clock. The claim of a process that died ends by itself.
   */
  claim(now: EpochMs, until: EpochMs): Promise<boolean>

  /** Gives the right to renew the token back. */
  release(): Promise<void>
}

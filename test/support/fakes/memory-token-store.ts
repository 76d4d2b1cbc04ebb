import type { TokenStore } from '../../../src/application/crm/token-store.port.ts'

/** How far apart the clocks of two processes may be. */
const CLOCK_SLACK_MS = 5_000

/** Keeps its promises for as long as the test lives; several clients may share one. */
export class MemoryTokenStore implements TokenStore {
  sealed: Uint8Array | undefined
  #claimedUntil = 0

  async read(): Promise<Uint8Array | undefined> {
    return this.sealed
  }

  async write(sealed: Uint8Array): Promise<void> {
    this.sealed = sealed
  }

  async claim(now: number, until: number): Promise<boolean> {
    // As the database does: a claim that reaches further was made by a clock that was ahead.
    if (now < this.#claimedUntil && this.#claimedUntil <= until + CLOCK_SLACK_MS) return false
    this.#claimedUntil = until
    return true
  }

  async release(): Promise<void> {
    this.#claimedUntil = 0
  }
}

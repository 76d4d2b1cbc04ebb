import type { WallClock } from '../../../src/application/base/clock.port.ts'
import type { ShelvedToken, TokenStore } from '../../../src/application/crm/token-store.port.ts'
import type { EpochMs } from '../../../src/domain/time.ts'

/** How far apart the clocks of two processes may be. */
const CLOCK_SLACK_MS = 5_000

/** Keeps its promises for as long as the test lives; several clients may share one. */
export class MemoryTokenStore implements TokenStore {
  sealed: Uint8Array | undefined
  #claimedUntil = 0
  readonly #commonClock: WallClock | undefined

  /** @param commonClock where those that share it have clocks that differ */
  constructor(commonClock?: WallClock) {
    this.#commonClock = commonClock
  }

  async read(now: EpochMs): Promise<ShelvedToken> {
    return { sealed: this.sealed, at: this.#commonClock?.now() ?? now }
  }

  async write(sealed: Uint8Array): Promise<void> {
    this.sealed = sealed
  }

  async claim(own: number, ownUntil: number): Promise<boolean> {
    const now = this.#commonClock?.now() ?? own
    const until = now + ownUntil - own
    // As the database does: a claim that reaches further was made by a clock that was ahead.
    if (now < this.#claimedUntil && this.#claimedUntil <= until + CLOCK_SLACK_MS) return false
    this.#claimedUntil = until
    return true
  }

  async release(): Promise<void> {
    this.#claimedUntil = 0
  }
}

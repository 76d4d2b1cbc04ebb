import type { TokenShelf } from '../../src/application/ports/token-shelf.ts'

/** Keeps its promises for as long as the test lives; several clients may share one. */
export class MemoryShelf implements TokenShelf {
  sealed: Uint8Array | undefined
  #claimedUntil = 0

  async read(): Promise<Uint8Array | undefined> {
    return this.sealed
  }

  async write(sealed: Uint8Array): Promise<void> {
    this.sealed = sealed
  }

  async claim(now: number, until: number): Promise<boolean> {
    if (now < this.#claimedUntil) return false
    this.#claimedUntil = until
    return true
  }

  async release(): Promise<void> {
    this.#claimedUntil = 0
  }
}

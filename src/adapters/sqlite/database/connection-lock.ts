/** Gives the one connection to one user at a time, in the order in which they ask for it. */
export class ConnectionLock {
  #isHeld = false
  readonly #waiting: (() => void)[] = []
  #aside = 0

  /** Resolves when the connection is the caller's. */
  async acquire(): Promise<void> {
    if (this.#isHeld) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      return promise
    }
    this.#isHeld = true
  }

  /** Hands the connection to the next one that waits. */
  release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#isHeld = false
    else next()
  }

  /** Lets others use the connection during a pause. For who holds it, who holds it again afterwards. */
  async stepAside(pause: () => Promise<void>): Promise<void> {
    this.#aside += 1
    this.release()
    await pause()
    await this.acquire()
    this.#aside -= 1
  }

  /** Whether somebody has stepped aside, and will want the connection again. */
  hasStepped(): boolean {
    return this.#aside > 0
  }
}

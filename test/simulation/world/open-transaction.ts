// Whose transaction is open in the simulated database: all other connections wait until it has ended.

import type { SimulatedProcess } from './simulated-process.ts'

/** One connection of one process. */
export type Connection = {
  readonly process: SimulatedProcess
  /** The server has ended its transaction, and its next statement is told so. */
  isEnded: boolean
}

/** A transaction whose connection broke at its commit, and that the server has not ended yet. */
type Orphan = { readonly process: undefined }

/** More is locked than in PostgreSQL, where a renewal and a read wait for no append. */
export class OpenTransaction {
  #holder: Connection | Orphan | undefined
  #waiting: (() => void)[] = []

  get isOpen(): boolean {
    return this.#holder !== undefined
  }

  isOf(connection: Connection): boolean {
    return this.#holder === connection
  }

  isOfProcess(process: SimulatedProcess): boolean {
    return this.#holder?.process === process
  }

  isInTheWayOf(connection: Connection): boolean {
    return this.#holder !== undefined && this.#holder !== connection
  }

  begin(connection: Connection): void {
    this.#holder = connection
  }

  /** Its connection broke. */
  orphan(): void {
    this.#holder = { process: undefined }
  }

  /** The server ends it, and tells who began it. */
  endByServer(): void {
    if (this.#holder?.process !== undefined) this.#holder.isEnded = true
    this.end()
  }

  end(): void {
    this.#holder = undefined
    const waiting = this.#waiting
    this.#waiting = []
    for (const go of waiting) go()
  }

  /** Resolves when the transaction that is open now has ended. */
  untilEnd(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
    return promise
  }
}

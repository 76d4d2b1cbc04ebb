// How often a key may ask for a sale.

export interface KeyQuotas {
  /**
   * Counts a request of this key.
   *
   * @returns 0 where it may be made; else the milliseconds until one may be, and nothing is counted. A promise
   *   where the count is elsewhere
   */
  take(keyId: string): number | Promise<number>

  /** Takes back the count of a request that turned out to be a replay. */
  giveBack(keyId: string): void
}

// The buckets of the keys where several instances hold them to one rate: requests are drawn from them in lots.

import type { Quota } from './key-quotas.ts'

export type Draw = {
  readonly keyId: string
  readonly quota: Quota
  /** Requests that wait; at least 1. */
  readonly needed: number
  /** Requests that are drawn where there are many; at least `needed`. */
  readonly lot: number
}

export type Drawn = {
  /** Requests that were drawn, `needed` where there were as many, else all; of a lot no more than a quarter of what there was. */
  readonly requests: number
  /** Thousandths of requests that are left. */
  readonly parts: number
  /** Instances that serve the database; at least 1. */
  readonly instances: number
}

export interface KeyBuckets {
  /**
   * Draws from the bucket of a key: one statement. A bucket that nobody drew from is full, and all fill by one
   * clock. What was drawn and got no answer is lost to the key.
   *
   * @throws {AppError} `unavailable` or `lost`
   */
  draw(draw: Draw): Promise<Drawn>
}

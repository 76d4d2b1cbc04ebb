// The rate of requests of each key, as a token bucket: what it may ask now, or how long it has to wait.

import { type Instant, later, msBetween } from '../../domain/time.ts'
import type { Timer } from '../base/clock.port.ts'

/** Requests a second, and how many may come at once after a pause. Both are whole numbers. */
export type Quota = { readonly perSecond: number; readonly burst: number }

/** What a key may ask. */
export type Allowance = {
  /** Requests at once, at most. */
  readonly limit: number
  /** Requests that are left now. */
  readonly remaining: number
  /** Milliseconds until all of `limit` are there again, if nothing is asked meanwhile. */
  readonly fullInMs: number
}

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

  allowanceOf(keyId: string): Allowance
}

/** Counted in this process alone. */
export interface OwnKeyQuotas extends KeyQuotas {
  take(keyId: string): number
}

/**
 * Keys that are counted apart, some 150 bytes each. Only keys that have asked lately are: a full bucket
 * is forgotten. More keys at one time share one bucket, so that memory stays bounded.
 */
export const KEYS_MAX = 10_000

/** No id of a key. */
const OTHERS = ''

/**
 * Parts that a request is divided into, one for each millisecond of a second. Counted in parts, what a
 * bucket gains in whole milliseconds is a whole number: no sum of fractions lets one request too many in.
 */
export const PARTS = 1_000

/** What was left in a bucket at a time, in parts. */
type Bucket = { readonly parts: number; readonly at: Instant }

/**
 * In any span of `t` seconds a key makes at most `burst + perSecond × t` requests. What was taken is
 * kept in memory only: a process that starts begins with full buckets.
 */
export function makeKeyQuotas(deps: {
  readonly clock: Timer
  readonly quota: Quota
}): OwnKeyQuotas {
  const { clock, quota } = deps
  const fullParts = quota.burst * PARTS
  const fillMs = Math.ceil(fullParts / quota.perSecond)
  // The one that was looked at longest ago first: after `fillMs` it is full in any case.
  const buckets = new Map<string, Bucket>()

  return {
    take(keyId) {
      const now = clock.instant()
      forgetFull(now)
      const name = nameOf(keyId)
      const parts = partsOf(name, now)
      if (parts < PARTS) return Math.ceil((PARTS - parts) / quota.perSecond)
      put(name, { parts: parts - PARTS, at: now })
      return 0
    },

    giveBack(keyId) {
      const now = clock.instant()
      const name = nameOf(keyId)
      put(name, { parts: Math.min(fullParts, partsOf(name, now) + PARTS), at: now })
    },

    allowanceOf(keyId) {
      const parts = partsOf(nameOf(keyId), clock.instant())
      return {
        limit: quota.burst,
        remaining: Math.floor(parts / PARTS),
        fullInMs: Math.ceil((fullParts - parts) / quota.perSecond),
      }
    },
  }

  function partsOf(name: string, now: Instant): number {
    const bucket = buckets.get(name)
    if (bucket === undefined) return fullParts
    return Math.min(fullParts, bucket.parts + msBetween(bucket.at, now) * quota.perSecond)
  }

  function nameOf(keyId: string): string {
    return buckets.has(keyId) || buckets.size < KEYS_MAX ? keyId : OTHERS
  }

  function put(name: string, bucket: Bucket): void {
    buckets.delete(name)
    buckets.set(name, bucket)
  }

  function forgetFull(now: Instant): void {
    for (const [name, { at }] of buckets) {
      if (later(at, fillMs) > now) return
      buckets.delete(name)
    }
  }
}

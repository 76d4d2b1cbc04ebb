// Measures how fast the store takes writes, to know how long a new sale would wait for it.

import { type Instant, LONG_AGO, msBetween } from '../../domain/time.ts'
import type { Timer } from '../base/clock.port.ts'
import type { SaleStore } from './run/sale-store.port.ts'

/** Writes that a sale makes one after the other until its caller is answered. */
const WRITES_OF_A_SALE = 5

/** Writes that the store makes durable together, at least, where so many wait. */
export const WRITES_TOGETHER = 256

/** The share of the newest group in the mean: one slow group is forgotten after a few dozen others. */
const NEWEST_SHARE = 1 / 8

export interface StorePace {
  /**
   * Milliseconds by which a new sale would be answered too late, at the rate at which the store takes
   * writes at present; not above 0 where it would be in time. With nothing before it a sale is in
   * time, however slow the last writes were: otherwise no sale would begin, and nothing would show
   * that the store is faster now.
   *
   * @param ahead number of sales that have begun and whose callers wait
   */
  lateMs(ahead: number): number
}

/** A write that has not ended, and how many groups were waiting with it when it was added. */
type UnderWay = { readonly since: Instant; readonly groups: number }

/**
 * The store, with its pace: the time that a group of writes takes. The time of a write alone would
 * not do, because many share a commit: a burst would be turned away that costs one commit more. All
 * that holds up this process holds up its writes, too, so the estimate is true for a slow disk and
 * for a processor that is busy. The CRM is not in it.
 */
export function makeMeasuredStore(deps: {
  readonly store: SaleStore
  readonly clock: Timer
  /** Milliseconds in which a sale that begins has to be answered. */
  readonly answerWithinMs: number
}): { readonly store: SaleStore; readonly pace: StorePace } {
  const { store, clock, answerWithinMs } = deps
  // In the order in which they were added.
  const underWay = new Set<UnderWay>()
  let meanGroupMs: number | undefined
  let lastEndAt = LONG_AGO

  return {
    store: {
      ...store,
      begin: (...first) => measured(() => store.begin(...first)),
      append: (append) => measured(() => store.append(append)),
    },
    pace: {
      lateMs(ahead) {
        if (underWay.size === 0 && ahead === 0) return 0
        return WRITES_OF_A_SALE * groupsOf(ahead + 1) * groupMs() - answerWithinMs
      },
    },
  }

  async function measured<T>(write: () => Promise<T>): Promise<T> {
    const added = { since: clock.instant(), groups: groupsOf(underWay.size + 1) }
    underWay.add(added)
    try {
      return await write()
    } finally {
      underWay.delete(added)
      // The writes of one group end together. They count once, or a large group would count for many.
      if (clock.instant() > lastEndAt) count(msOf(added))
      lastEndAt = clock.instant()
    }
  }

  function count(ms: number): void {
    meanGroupMs = meanGroupMs === undefined ? ms : meanGroupMs + (ms - meanGroupMs) * NEWEST_SHARE
  }

  /** The oldest write counts before it has ended: it may hang. */
  function groupMs(): number {
    const [oldest] = underWay
    return Math.max(meanGroupMs ?? 0, oldest === undefined ? 0 : msOf(oldest))
  }

  /** Milliseconds of one group until now, as this write saw it. */
  function msOf({ since, groups }: UnderWay): number {
    return msBetween(since, clock.instant()) / groups
  }
}

function groupsOf(writes: number): number {
  return Math.ceil(writes / WRITES_TOGETHER)
}

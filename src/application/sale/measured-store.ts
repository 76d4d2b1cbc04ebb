// Measures how fast the store takes writes, to know how long a new sale would wait for it.

import type { Clock } from '../base/clock.port.ts'
import type { SaleStore } from './run/sale-store.port.ts'

/** Writes that a sale makes one after the other until its caller is answered. */
const WRITES_OF_A_SALE = 5

/** Writes after which the older ones count half. One slow write is forgotten after a few dozen sales. */
const WRITES_COUNTED = 256

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

/**
 * The store, with its pace: the time per write while there is any. The time of one write alone would
 * not do, because many share a commit. All that holds up this process holds up its writes, too: the
 * estimate is true for a slow disk and for a processor that is busy. The CRM is not in it.
 */
export function makeMeasuredStore(deps: {
  readonly store: SaleStore
  readonly clock: Clock
  /** Milliseconds in which a sale that begins has to be answered. */
  readonly answerWithinMs: number
}): { readonly store: SaleStore; readonly pace: StorePace } {
  const { store, clock, answerWithinMs } = deps
  let underWay = 0
  let measuredUntil = 0
  let busyMs = 0
  let writes = 0

  return {
    store: {
      ...store,
      begin: (...first) => measured(() => store.begin(...first)),
      append: (append) => measured(() => store.append(append)),
    },
    pace: {
      lateMs(ahead) {
        const writesBefore = underWay + ahead * WRITES_OF_A_SALE
        if (writesBefore === 0) return 0
        return (writesBefore + WRITES_OF_A_SALE) * msPerWrite() - answerWithinMs
      },
    },
  }

  async function measured<T>(write: () => Promise<T>): Promise<T> {
    if (underWay === 0) measuredUntil = clock.now()
    underWay += 1
    try {
      return await write()
    } finally {
      busyMs += clock.now() - measuredUntil
      measuredUntil = clock.now()
      underWay -= 1
      writes += 1
      if (writes >= WRITES_COUNTED) {
        busyMs /= 2
        writes /= 2
      }
    }
  }

  /** A write that hangs counts before it has ended. */
  function msPerWrite(): number {
    const hangingMs = underWay === 0 ? 0 : clock.now() - measuredUntil
    return (busyMs + hangingMs) / Math.max(writes, 1)
  }
}

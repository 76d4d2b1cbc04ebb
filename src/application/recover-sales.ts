import type { SaleId } from '../domain/ids.ts'
import { replay } from '../domain/sale/evolve.ts'
import { backoffMs, STORE_BACKOFF } from './backoff.ts'
import { errorCode } from './errors.ts'
import type { Clock } from './ports/clock.ts'
import type { Logger } from './ports/logger.ts'
import type { SaleStore } from './ports/sale-store.ts'
import type { SalesAtWork } from './sales-at-work.ts'

/** Ids read at one go. */
const PAGE_MAX = 1_000

export type Recovered = { readonly takenUp: number; readonly unreadable: number }

export interface RecoverSales {
  /**
   * The sales that an earlier process left with work to do. To be asked before the first new
   * sale is begun, or it would find this process's own.
   */
  find(): Promise<readonly SaleId[]>

  /**
   * Hands each to the loop that also serves live sales, until `stop` is aborted. One that cannot
   * be read is reported and passed over; it does not stop the others.
   */
  takeUp(saleIds: readonly SaleId[], stop: AbortSignal): Promise<Recovered>
}

export function makeRecoverSales(deps: {
  readonly store: SaleStore
  readonly sales: SalesAtWork
  readonly clock: Clock
  readonly logger: Logger
}): RecoverSales {
  const { store, sales, clock, logger } = deps

  return {
    async find() {
      const found: SaleId[] = []
      // Bounded by the number of unfinished sales: each page begins after the last one's end.
      for (;;) {
        const page = await store.unfinished(found.at(-1), PAGE_MAX)
        found.push(...page)
        if (page.length < PAGE_MAX) return found
      }
    },

    async takeUp(saleIds, stop) {
      let takenUp = 0
      let unreadable = 0
      for (const saleId of saleIds) {
        // The database answers without a pause: requests and signals must have a turn between.
        await clock.sleep(0)
        if (stop.aborted) break
        if (await takeUpOne(saleId, stop)) takenUp += 1
        else unreadable += 1
      }
      return { takenUp, unreadable }
    },
  }

  async function takeUpOne(saleId: SaleId, stop: AbortSignal): Promise<boolean> {
    // Bounded by the life of the process: a database that is busy for a while is not lost.
    for (let failed = 0; !stop.aborted; ) {
      try {
        const events = await store.load(saleId)
        sales.takeUp({ sale: replay(saleId, events), sequence: events.length })
        return true
      } catch (error) {
        if (errorCode(error) === 'unreadable') {
          logger.error({ err: error, saleId }, 'sale cannot be read: not taken up')
          return false
        }
        if (errorCode(error) !== 'unavailable') throw error
        failed += 1
        await clock.sleep(backoffMs(STORE_BACKOFF, failed), stop)
      }
    }
    return false
  }
}

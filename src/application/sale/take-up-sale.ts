import type { SaleId } from '../../domain/ids.ts'
import { replay } from '../../domain/sale/evolve.ts'
import { backoffMs, STORE_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode, UnreadableError } from '../base/errors.ts'
import type { CopiedSales } from './copied-sales.port.ts'
import type { SalesAtWork } from './running-sales.ts'
import type { SaleStore } from './sale-store.port.ts'

/**
 * Hands a sale of the log to the loop that also serves live sales. Says what kept it from being
 * read, if that did. Waits for a database that is busy, until `stop` is aborted.
 */
export type TakeUpSale = (
  saleId: SaleId,
  stop: AbortSignal,
) => Promise<'takenUp' | 'stopped' | UnreadableError>

export function makeTakeUpSale(deps: {
  readonly store: SaleStore
  readonly copied: CopiedSales
  readonly sales: SalesAtWork
  readonly clock: Clock
}): TakeUpSale {
  const { store, copied, sales, clock } = deps

  return async function takeUpSale(saleId, stop) {
    // Bounded by the life of the process: a database that is busy for a while is not lost.
    for (let failed = 0; !stop.aborted; ) {
      try {
        const isCopied = await copied.isCopied(saleId)
        const events = await store.load(saleId)
        const start = { sale: replay(saleId, events), sequence: events.length }
        sales.takeUp(start, { type: 'interrupted', ...(isCopied ? { fromCopy: true } : {}) })
        return 'takenUp'
      } catch (error) {
        if (error instanceof UnreadableError) return error
        if (errorCode(error) !== 'unavailable') throw error
        failed += 1
        await clock.sleep(backoffMs(STORE_BACKOFF, failed), stop)
      }
    }
    return 'stopped'
  }
}

import type { SaleId } from '../../domain/ids.ts'
import type { Clock } from '../base/clock.port.ts'
import type { UnreadableError } from '../base/errors.ts'
import type { CopiedSales } from './copied-sales.port.ts'
import type { ReportUnreadable } from './report-unreadable.ts'
import type { SaleStore } from './run/sale-store.port.ts'
import type { TakeUpSale } from './take-up-sale.ts'

/** Ids read at one go. */
const PAGE_MAX = 1_000

export type Found = {
  /** To be taken up. */
  readonly left: readonly SaleId[]
  /** Half-finished when this copy of the log was made: not to be touched until they are named. */
  readonly held: readonly SaleId[]
}

export type Recovered = { readonly takenUp: number; readonly unreadable: number }

export interface RecoverSales {
  /**
   * The sales that an earlier process left with work to do. To be asked before the first new
   * sale is begun, or it would find this process's own.
   */
  find(): Promise<Found>

  /**
   * Hands each to the loop that also serves live sales, until `stop` is aborted. One that cannot
   * be read is passed over and, when the others are taken up, reported.
   */
  takeUp(saleIds: readonly SaleId[], stop: AbortSignal): Promise<Recovered>
}

export function makeRecoverSales(deps: {
  readonly store: SaleStore
  readonly copied: CopiedSales
  readonly takeUpSale: TakeUpSale
  readonly reportUnreadable: ReportUnreadable
  readonly clock: Clock
}): RecoverSales {
  const { store, copied, takeUpSale, reportUnreadable, clock } = deps

  return {
    async find() {
      const held = await copied.held()
      const isHeld = new Set(held)
      return { left: (await unfinished()).filter((saleId) => !isHeld.has(saleId)), held }
    },

    async takeUp(saleIds, stop) {
      let takenUp = 0
      const unreadable: (readonly [SaleId, UnreadableError])[] = []
      for (const saleId of saleIds) {
        // The database answers without a pause: requests and signals must have a turn between.
        await clock.sleep(0)
        const result = await takeUpSale(saleId, stop)
        if (result === 'stopped') break
        if (result === 'takenUp') takenUp += 1
        else unreadable.push([saleId, result])
      }
      for (const [saleId, error] of unreadable) {
        // The next start meets the sale again.
        if (stop.aborted) break
        await reportUnreadable(saleId, error, stop)
      }
      return { takenUp, unreadable: unreadable.length }
    },
  }

  async function unfinished(): Promise<readonly SaleId[]> {
    const found: SaleId[] = []
    // Bounded by the number of unfinished sales: each page begins after the last one's end.
    for (;;) {
      const page = await store.unfinished(found.at(-1), PAGE_MAX)
      found.push(...page)
      if (page.length < PAGE_MAX) return found
    }
  }
}

// Finds the sales that an earlier process did not finish, and takes them up.
import type { SaleId } from '../../domain/ids.ts'
import type { Clock } from '../base/clock.port.ts'
import type { UnreadableError } from '../base/errors.ts'
import type { CopiedSales } from './copied-sales.port.ts'
import type { ReportUnreadable } from './report-unreadable.ts'
import type { SaleStore } from './run/sale-store.port.ts'
import type { TakeUpSale } from './take-up-sale.ts'

/** Sale ids of one read. */
const PAGE_MAX = 1_000

export type Found = {
  /** Sales to take up. */
  readonly left: readonly SaleId[]
  /** Unfinished when this copy of the log was made. An operator must ask for each of them. */
  readonly held: readonly SaleId[]
}

export type Recovered = { readonly takenUp: number; readonly unreadable: number }

export interface RecoverSales {
  /**
   * The sales that an earlier process left with work to do. Call it before the first new sale
   * begins, or it finds the sales of this process, too.
   */
  find(): Promise<Found>

  /**
   * Starts a run for each sale, until `stop` is aborted. A sale that cannot be read is skipped,
   * and reported after the others were taken up.
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
        // The database answers without a pause, so requests and signals need a turn between.
        await clock.sleep(0)
        const result = await takeUpSale(saleId, stop)
        if (result === 'stopped') break
        if (result === 'takenUp') takenUp += 1
        else unreadable.push([saleId, result])
      }
      for (const [saleId, error] of unreadable) {
        // The next start finds the sale again.
        if (stop.aborted) break
        await reportUnreadable(saleId, error, stop)
      }
      return { takenUp, unreadable: unreadable.length }
    },
  }

  async function unfinished(): Promise<readonly SaleId[]> {
    const found: SaleId[] = []
    // The loop is bounded by the number of unfinished sales: each page begins after the last one.
    for (;;) {
      const page = await store.unfinished(found.at(-1), PAGE_MAX)
      found.push(...page)
      if (page.length < PAGE_MAX) return found
    }
  }
}
